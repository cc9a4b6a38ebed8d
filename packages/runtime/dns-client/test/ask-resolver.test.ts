import { createSocket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { askResolver } from "../src/ask-resolver.ts";
import { startNameServer } from "./name-server.ts";

const many = Array.from({ length: 100 }, (_, i) => `many 60 IN A 127.12.2.${i + 1}`).join("\n");
const zone = `api 30 IN CNAME lb\nlb 60 IN A 127.12.1.1\nlb 60 IN A 127.12.2.1\n${many}\n`;

test("a name is asked for over UDP, and the flow is the one that the server saw", async () => {
  const { udp, tcp, asked } = await startNameServer(zone);
  const reply = await askResolver({ name: "API.example.com", udp, tcp });
  expect(reply?.response).toMatchObject({ rcode: "NOERROR", truncated: false });
  expect(reply?.response.answers.map(({ type, ttl, data }) => [type, ttl, data])).toEqual([
    ["CNAME", 30, "lb.example.com."],
    ["A", 60, "127.12.1.1"],
    ["A", 60, "127.12.2.1"],
  ]);
  const [flow] = reply?.flows ?? [];
  expect(flow).toEqual({ protocol: "udp", local: expect.any(String), remote: `${udp.address}:${udp.port}`, ordinal: reply?.response.id });
  expect(asked).toEqual([`udp ${flow?.local}`]);
});

test("a truncated answer is asked for again over TCP, and both flows are told", async () => {
  const { udp, tcp, asked } = await startNameServer(zone);
  const reply = await askResolver({ name: "many.example.com", udp, tcp });
  expect(reply?.response.answers).toHaveLength(100);
  expect(reply?.flows.map(({ protocol, local }) => `${protocol} ${local}`)).toEqual(asked);
  expect(asked.map((line) => line.slice(0, 3))).toEqual(["udp", "tcp"]);
});

test("after silence it asks again, from another port and with another id", async () => {
  const server = await startNameServer(zone);
  server.silences = 1;
  const reply = await askResolver({ name: "lb.example.com", udp: server.udp, tcp: server.tcp });
  expect(reply?.response.answers).toHaveLength(2);
  expect(new Set(server.asked).size).toBe(2);
  expect(reply?.flows.map(({ local }) => `udp ${local}`)).toEqual(server.asked.slice(1));
});

test("a resolver that is not there leaves the question without answer", async () => {
  const nowhere = { address: "127.3.2.3", port: 53_999 };
  expect(await askResolver({ name: "lb.example.com", udp: nowhere, tcp: nowhere })).toBeUndefined();
});

test("what is no domain name is not asked for", async () => {
  const { udp, tcp, asked } = await startNameServer(zone);
  expect(await askResolver({ name: `${"a".repeat(64)}.example.com`, udp, tcp })).toBeUndefined();
  expect(asked).toEqual([]);
});

test("an answer to another question is not taken for ours", async () => {
  const real = await startNameServer(zone);
  // Passes each query on and answers twice: first for another name's query of the same id, then rightly.
  const liar = createSocket("udp4");
  await new Promise<void>((resolve) => liar.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void liar.close());
  liar.on("message", async (query, from) => {
    const wrong = Buffer.from(query);
    wrong.write("xx", query.indexOf("\x02lb") + 1);
    for (const asked of [wrong, query]) {
      const answer = await forward(asked, real.udp.port);
      liar.send(answer, from.port, from.address);
    }
  });
  const reply = await askResolver({ name: "lb.example.com", udp: liar.address(), tcp: real.tcp });
  expect(reply?.response).toMatchObject({ rcode: "NOERROR" });
  expect(real.asked).toHaveLength(2);
});

function forward(query: Buffer, port: number): Promise<Buffer> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.on("message", (answer) => {
      socket.close();
      resolve(answer);
    });
    socket.send(query, port, "127.0.0.1");
  });
}
