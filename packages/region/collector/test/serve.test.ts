import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Span } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";
import { downstreamOf, spanOf, upstreamOf } from "./flows.ts";

const curl = { initiator: "127.0.0.1:50000", acceptor: "127.0.0.1:3128" };
const toAlb = { initiator: "127.0.0.1:50002", acceptor: "127.12.1.1:80" };
const client = spanOf({ hop: "client", downstream: downstreamOf(curl, 0), upstreams: [upstreamOf(toAlb, 0)], at: [1_000, 9_000] });
const alb = spanOf({ hop: "alb", downstream: downstreamOf(toAlb, 0), at: [2_000, 8_000] });
const flowPath = "/traces?flow=127.0.0.1:50000&to=127.0.0.1:3128&ordinal=0&after=0";

async function startCollector(nowUs = 10_000) {
  const folder = mkdtempSync(join(tmpdir(), "loopway-collector-"));
  const spanSocket = join(folder, "collector.sock");
  const httpSocket = join(folder, "collector-http.sock");
  // What a killed predecessor leaves behind.
  writeFileSync(spanSocket, "");
  const close = await serve({ spanSocket, httpSocket, nowUs: () => nowUs });
  const hop = connect(spanSocket);
  onTestFinished(() => {
    hop.destroy();
    close();
    rmSync(folder, { recursive: true });
  });
  return {
    spanSocket,
    httpSocket,
    write: (text: string) => void hop.write(text),
    tell: (...spans: Span[]) => void hop.write(spans.map((span) => `${JSON.stringify(span)}\n`).join("")),
    ask: (path: string, method = "GET") => ask(httpSocket, path, method),
  };
}

function ask(socketPath: string, path: string, method: string): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
    });
    asked.on("error", reject).end();
  });
}

test("a trace is asked for by the flow of its request, and comes as soon as it is complete", async () => {
  const collector = await startCollector();
  const asked = collector.ask(`${flowPath}&wait=30000`);
  collector.tell(client);
  await eventually(async () => expect((await collector.ask("/stats")).body).toMatchObject({ spans: 1 }));
  collector.tell(alb);
  expect(await asked).toEqual({
    status: 200,
    body: { trace: { span: client, children: [{ span: alb, children: [] }] }, complete: true },
  });
});

test("a trace that stays incomplete comes as it is when the wait is over, one that never came is absent", async () => {
  const collector = await startCollector();
  expect((await collector.ask(flowPath)).body).toEqual({});
  collector.tell(client);
  await eventually(async () => {
    expect((await collector.ask(`${flowPath}&wait=1`)).body).toEqual({ trace: { span: client, children: [] }, complete: false });
  });
});

test("a span that came over the same port from elsewhere is not the one asked for", async () => {
  const collector = await startCollector();
  const probed = { initiator: curl.initiator, acceptor: "127.0.0.1:41000" };
  collector.tell(spanOf({ hop: "pod", downstream: downstreamOf(probed, 0), at: [8_000, 9_500] }), client, alb);
  await eventually(async () => {
    expect((await collector.ask(flowPath)).body).toEqual({
      trace: { span: client, children: [{ span: alb, children: [] }] },
      complete: true,
    });
  });
});

test("a span that used the flow long before is not the one asked for", async () => {
  const collector = await startCollector(60_000_000);
  collector.tell({ ...client, upstreams: [] });
  await eventually(async () => expect((await collector.ask("/stats")).body).toMatchObject({ spans: 1 }));
  expect((await collector.ask("/traces?flow=127.0.0.1:50000&to=127.0.0.1:3128&ordinal=0")).body).toEqual({});
});

test("the latest traces come newest first, up to the limit", async () => {
  const collector = await startCollector();
  const others = [1, 2, 3].map((ordinal) => spanOf({ hop: "client", downstream: downstreamOf(curl, ordinal), at: [20_000, 21_000] }));
  collector.tell(client, alb, ...others);
  await eventually(async () => {
    const { body } = await collector.ask("/traces?limit=2");
    expect(body).toEqual({
      traces: [
        { span: others[2], children: [] },
        { span: others[1], children: [] },
      ],
    });
  });
});

test("lines that are no spans are counted, and those around them kept", async () => {
  const collector = await startCollector();
  collector.write(`{"hop":\nnull\n{"startUs":1}\n${JSON.stringify(client).slice(0, 20)}`);
  collector.write(`${JSON.stringify(client).slice(20)}\n`);
  await eventually(async () => {
    expect((await collector.ask("/stats")).body).toEqual({ spans: 1, dropped: 0, joined: 0, unjoined: 1, malformed: 3 });
  });
});

test("both sockets are for this user alone", async () => {
  const { spanSocket, httpSocket } = await startCollector();
  expect([spanSocket, httpSocket].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
});

test.each([
  ["/nothing", "GET", 404],
  ["/traces", "POST", 405],
])("%s by %s answers %i", async (path, method, status) => {
  const collector = await startCollector();
  expect((await collector.ask(path, method)).status).toBe(status);
});
