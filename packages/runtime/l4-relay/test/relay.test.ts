import { once } from "node:events";
import type { Socket } from "node:net";
import { eventually } from "@loopway/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dial, endpoint, fate, readAll, relayTo } from "./world.ts";

const sawAsRemote = (socket: Socket) => `${socket.remoteAddress}:${socket.remotePort}`;

test("both flow ends are told as the sockets see them, when the connection stands and when it is closed, with its bytes", async () => {
  const accepted: Socket[] = [];
  const target = await endpoint((socket) => {
    accepted.push(socket);
    socket.on("data", () => socket.end("answer"));
    socket.on("end", () => undefined);
  });
  const { address, told } = await relayTo(target);
  const client = dial(address);
  await eventually(() => expect(told.connected).toHaveLength(1));
  expect(told.closed).toEqual([]);
  client.end("ask");
  expect((await readAll(client)).toString()).toBe("answer");
  await eventually(() => expect(told.closed).toEqual(told.connected));
  const [connection] = told.closed;
  expect(connection?.downstream).toEqual({
    protocol: "tcp",
    local: `${address.address}:${address.port}`,
    remote: connection?.downstream.remote,
  });
  expect(connection?.upstream).toMatchObject({ protocol: "tcp", remote: `${target.address}:${target.port}` });
  expect([connection?.bytesIn, connection?.bytesOut, connection?.failure]).toEqual([3, 6, undefined]);
});

test("the upstream connection comes from the address that the route names", async () => {
  const remotes: string[] = [];
  const target = await endpoint((socket) => remotes.push(sawAsRemote(socket)));
  const { address, told } = await relayTo(target, "127.3.2.1");
  dial(address);
  await eventually(() => expect(remotes).toHaveLength(1));
  await eventually(() => expect(told.connected[0]?.upstream?.local).toBe(remotes[0]));
  expect(remotes[0]).toMatch(/^127\.3\.2\.1:/);
});

test("a half-closed connection still carries the other direction", async () => {
  const target = await endpoint((socket) => void readAll(socket).then((bytes) => socket.end(`${bytes} heard`)));
  const { address } = await relayTo(target);
  const client = dial(address);
  client.end("all of it");
  expect((await readAll(client)).toString()).toBe("all of it heard");
});

test("an endpoint that ends first still hears the client", async () => {
  const heard: Promise<Buffer>[] = [];
  const target = await endpoint((socket) => {
    socket.end("bye");
    heard.push(readAll(socket));
  });
  const { address } = await relayTo(target);
  const client = dial(address);
  expect((await readAll(client)).toString()).toBe("bye");
  client.end("one more thing");
  expect((await heard[0])?.toString()).toBe("one more thing");
});

test("a refused dial resets the client, and there is no upstream", async () => {
  const open = await endpoint(() => undefined);
  const { address, told } = await relayTo({ ...open, address: "127.3.2.2" });
  expect(await fate(dial(address))).toBe("ECONNRESET");
  expect(told.connected).toEqual([]);
  await eventually(() => expect(told.closed[0]).toMatchObject({ failure: "ECONNREFUSED", upstream: undefined }));
});

test("a connection without a route is reset", async () => {
  const { address } = await relayTo(undefined);
  expect(await fate(dial(address))).toBe("ECONNRESET");
});

test("a reset passes from the endpoint to the client", async () => {
  const target = await endpoint((socket) => void socket.once("data", () => socket.resetAndDestroy()));
  const { address, told } = await relayTo(target);
  const client = dial(address);
  client.write("hello");
  expect(await fate(client)).toBe("ECONNRESET");
  await eventually(() => expect(told.closed[0]?.failure).toBe("ECONNRESET"));
});

test("a reset passes from the client to the endpoint", async () => {
  const fates: Promise<string>[] = [];
  const target = await endpoint((socket) => {
    fates.push(fate(socket));
    socket.resume();
  });
  const { address } = await relayTo(target);
  const client = dial(address);
  await eventually(() => expect(fates).toHaveLength(1));
  client.resetAndDestroy();
  expect(await fates[0]).toBe("ECONNRESET");
});

test("a client that does not read stops the endpoint, and loses nothing when it reads again", async () => {
  const total = 64 * 1024 * 1024;
  const target = await endpoint((socket) => void socket.end(Buffer.alloc(total, 7)));
  const { address, told } = await relayTo(target);
  const client = dial(address).pause();
  let before = -1;
  await eventually(() => {
    const now = told.connected[0]?.bytesOut ?? 0;
    const stands = now > 0 && now === before;
    before = now;
    expect(stands).toBe(true);
  });
  expect(before).toBeLessThan(total / 2);
  expect((await readAll(client)).equals(Buffer.alloc(total, 7))).toBe(true);
});

/** 16 MiB: more than two sockets hold. */
const BULK_WORDS = 4_194_304;

test("bulk on several connections at once arrives whole, also where a client stops reading for a while", async () => {
  const bulk = (seed: number) => Buffer.from(Uint32Array.from({ length: BULK_WORDS }, (_, index) => seed * BULK_WORDS + index).buffer);
  const sources = [0, 1, 2, 3, 4, 5].map(bulk);
  const target = await endpoint((socket) => void socket.once("data", (seed) => socket.end(sources[Number(seed)] ?? "")));
  const { address, told } = await relayTo(target);
  const receive = async (source: Buffer, seed: number) => {
    const client = dial(address);
    client.write(String(seed));
    let offset = 0;
    let isWhole = true;
    for await (const part of client) {
      isWhole &&= part.equals(source.subarray(offset, offset + part.length));
      offset += part.length;
      if (seed % 2 === 1 && offset === part.length) await eventually(() => expect(told.closed).toHaveLength(3));
    }
    client.end();
    return isWhole && offset === source.length;
  };
  expect(await Promise.all(sources.map(receive))).toEqual(sources.map(() => true));
});

test("whatever is sent in whatever pieces arrives whole and in order, both ways at once", async () => {
  const target = await endpoint((socket) => void socket.pipe(socket));
  const { address } = await relayTo(target);
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 70_000 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(pieces, async (sent) => {
      const client = dial(address);
      const echoed = readAll(client);
      for (const piece of sent) if (!client.write(piece)) await once(client, "drain");
      client.end();
      expect((await echoed).equals(Buffer.concat(sent))).toBe(true);
      client.destroy();
    }),
    { seed: 7, numRuns: 40 },
  );
});

/** Sent a tenth of a second apart: together longer than the silence that ends a connection. */
const DOTS = 9;

test("drain lets moving connections move and closes silent ones", async () => {
  const target = await endpoint((socket) => {
    let left = DOTS;
    const timer = setInterval(() => {
      socket.write(".");
      left -= 1;
      if (left === 0) clearInterval(timer);
    }, 100);
    socket.on("close", () => clearInterval(timer)).resume();
  });
  const { address, relay, told } = await relayTo(target);
  const client = dial(address);
  await once(client, "connect");
  const received = readAll(client);
  await relay.drain();
  expect((await received).length).toBe(DOTS);
  await eventually(() => expect(told.closed).toHaveLength(1));
});
