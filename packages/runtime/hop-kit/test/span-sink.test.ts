import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Span } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createSpanSink } from "../src/span-sink.ts";

const span = (name: string): Span => ({
  hop: "alb",
  name,
  downstream: { protocol: "tcp", local: "a", remote: "b" },
  upstreams: [],
  startUs: 0,
  decisions: [],
  outcome: { kind: "forwarded" },
  bytesIn: 0,
  bytesOut: 0,
});

/** Reads lines; can be stopped and started on the same path. */
class Collector {
  readonly folder = mkdtempSync(join(tmpdir(), "loopway-spans-"));
  readonly path = join(this.folder, "collector.sock");
  text = "";
  #sockets = new Set<Socket>();
  #server: Server | undefined;

  start(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("data", (chunk) => {
        this.text += String(chunk);
      });
    });
    this.#server = server;
    return new Promise((resolve) => server.listen(this.path, resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  get names(): string[] {
    return this.text.split("\n").flatMap((line) => (line === "" ? [] : (JSON.parse(line) as Span).name));
  }
}

function openCollector(): Collector {
  const collector = new Collector();
  onTestFinished(async () => {
    await collector.stop();
    rmSync(collector.folder, { recursive: true });
  });
  return collector;
}

test("spans arrive in order, whatever comes first, the collector or they", async () => {
  const collector = openCollector();
  const sink = createSpanSink(collector.path);
  onTestFinished(sink.flush);
  sink.report(span("1"));
  sink.report(span("2"));
  await collector.start();
  await eventually(() => expect(collector.names).toEqual(["1", "2"]));
  sink.report(span("3"));
  await eventually(() => expect(collector.names).toEqual(["1", "2", "3"]));
});

test("a collector that comes back gets the spans from then on", async () => {
  const collector = openCollector();
  await collector.start();
  const sink = createSpanSink(collector.path);
  onTestFinished(sink.flush);
  sink.report(span("before"));
  await eventually(() => expect(collector.names).toEqual(["before"]));
  await collector.stop();
  await collector.start();
  await eventually(() => {
    sink.report(span("after"));
    expect(collector.names).toContain("after");
  });
});

test("without a collector the queue is bounded, and the oldest spans are those that arrive", async () => {
  const collector = openCollector();
  const sink = createSpanSink(collector.path);
  onTestFinished(sink.flush);
  for (let i = 0; i < 12_000; i++) sink.report(span(String(i)));
  await collector.start();
  await eventually(() => expect(collector.names).toHaveLength(10_000));
});

test("flush writes what is queued", async () => {
  const collector = openCollector();
  await collector.start();
  const sink = createSpanSink(collector.path);
  sink.report(span("last"));
  await sink.flush();
  await eventually(() => expect(collector.names).toEqual(["last"]));
});
