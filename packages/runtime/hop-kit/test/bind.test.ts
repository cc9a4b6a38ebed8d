import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import type { Address, AddressMode } from "@loopway/model";
import { expect, onTestFinished, test } from "vitest";
import { bindCandidates, bindServer, bindUdp } from "../src/bind.ts";

const virtual = { address: "127.12.0.1", port: 80 };
const previous = { address: "127.0.0.1", port: 4711 };

test.each<{ name: string; virtual: Address; mode: AddressMode; previous?: Address; expected: string[] }>([
  {
    name: "a privileged port moves by 8000, then to any port of its address, then of 127.0.0.1",
    virtual,
    mode: "identity",
    expected: ["127.12.0.1:80", "127.12.0.1:8080", "127.12.0.1:0", "127.0.0.1:0"],
  },
  {
    name: "another port moves to any port",
    virtual: { ...virtual, port: 8080 },
    mode: "identity",
    expected: ["127.12.0.1:8080", "127.12.0.1:0", "127.0.0.1:0"],
  },
  { name: "mapped goes to 127.0.0.1 directly", virtual, mode: "mapped", expected: ["127.0.0.1:0"] },
  {
    name: "on 127.0.0.1 the last port has no next one",
    virtual: { address: "127.0.0.1", port: 65_534 },
    mode: "identity",
    expected: ["127.0.0.1:65534", "127.0.0.1:65535", "127.0.0.1:0"],
  },
  { name: "the predecessor's port comes first", virtual, mode: "mapped", previous, expected: ["127.0.0.1:4711", "127.0.0.1:0"] },
])("$name", ({ expected, ...wish }) => {
  expect(bindCandidates({ hop: "alb", ...wish }).map(({ address, port }) => `${address}:${port}`)).toEqual(expected);
});

test("what serves people moves to the next free port of 127.0.0.1, in either mode", () => {
  for (const mode of ["identity", "mapped"] as const) {
    const ports = bindCandidates({ hop: "client", virtual: { address: "127.0.0.1", port: 3128 }, mode }).map(({ port }) => port);
    expect(ports.slice(0, 3)).toEqual([3128, 3129, 3130]);
    expect(ports.at(-1)).toBe(0);
  }
});

async function held(address: string): Promise<Address> {
  const holder = createServer().listen(0, address);
  await once(holder, "listening");
  onTestFinished(() => void holder.close());
  return holder.address() as Address;
}

const openServer = (): Server => {
  const server = createServer();
  onTestFinished(() => void server.close());
  return server;
};

test("a taken port is passed over, and the server keeps no listener of the attempt", async () => {
  const taken = await held("127.99.2.1");
  const server = openServer();
  const bound = await bindServer(server, { hop: "alb", virtual: { address: taken.address, port: taken.port }, mode: "identity" });
  expect(bound).toEqual({ address: "127.99.2.1", port: expect.any(Number) });
  expect(bound.port).not.toBe(taken.port);
  expect(server.listenerCount("error")).toBe(0);
});

test("what no other address could cure is E_BIND, and names what was wished", async () => {
  const wish = { hop: "alb lb", virtual: { address: "not-an-address.invalid", port: 80 }, mode: "identity" } as const;
  await expect(bindServer(openServer(), wish)).rejects.toMatchObject({
    code: "E_BIND",
    values: { hop: "alb lb", address: "not-an-address.invalid:80" },
  });
});

test("UDP is bound the same way", async () => {
  const first = createSocket("udp4");
  const second = createSocket("udp4");
  onTestFinished(() => {
    first.close();
    second.close();
  });
  const taken = await bindUdp(first, { hop: "route53", virtual: { address: "127.99.2.2", port: 0 }, mode: "identity" });
  const bound = await bindUdp(second, { hop: "route53", virtual: taken, mode: "identity" });
  expect(bound.address).toBe("127.99.2.2");
  expect(bound.port).not.toBe(taken.port);
});
