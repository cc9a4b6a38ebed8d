/** However a client's bytes are cut, the upstream receives the same messages, and the client the same responses in the same order. */
import { setImmediate as turn } from "node:timers/promises";
import { eventually } from "@loopway/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ok, startProxy, TestClient, TestUpstream } from "./world.ts";

const request = fc.oneof(
  fc.constant((path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`),
  fc.string({ unit: "binary-ascii", maxLength: 300 }).map((body) => (path: string) => {
    return `PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  }),
  fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 100 }), { maxLength: 4 }).map((chunks) => (path: string) => {
    const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
    return `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`;
  }),
);
const requests = fc.array(request, { minLength: 1, maxLength: 6 }).map((makers) => makers.map((make, index) => make(`/${index}`)));
const cuts = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 12 });

test("pipelined requests arrive whole and in order", async () => {
  // The upstream counts what it expects next, byte by byte: it needs no parser of its own.
  let expected: string[] = [];
  let received = "";
  const upstream = await TestUpstream.start((socket, text) => {
    received += text;
    const [next] = expected;
    if (next === undefined || !received.startsWith(next)) return;
    received = received.slice(next.length);
    expected.shift();
    socket.write(ok(next.slice(0, next.indexOf(" HTTP"))));
  });
  const proxy = await startProxy(upstream.port);
  await fc.assert(
    fc.asyncProperty(requests, cuts, async (texts, sizes) => {
      expected = [...texts];
      received = "";
      const client = new TestClient(proxy.port);
      let rest = texts.join("");
      for (let piece = 0; rest !== ""; piece++) {
        const size = sizes[piece % sizes.length] ?? 1;
        client.send(rest.slice(0, size));
        rest = rest.slice(size);
        await turn();
      }
      const responses = texts.map((text) => ok(text.slice(0, text.indexOf(" HTTP")))).join("");
      await eventually(() => expect(client.text).toBe(responses));
      expect(received).toBe("");
      client.socket.destroy();
    }),
    { seed: 3, numRuns: 60 },
  );
}, 30_000);
