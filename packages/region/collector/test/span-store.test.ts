import type { Span } from "@loopway/model";
import { expect, test } from "vitest";
import { createSpanStore } from "../src/span-store.ts";
import { downstreamOf, spanOf, upstreamOf } from "./flows.ts";

const wire = (port: number) => ({ initiator: `127.0.0.1:${port}`, acceptor: "127.12.1.1:80" });
const request = (port: number, ordinal: number) =>
  spanOf({
    hop: "alb",
    downstream: downstreamOf(wire(port), ordinal),
    upstreams: [upstreamOf(wire(port + 1000), ordinal)],
    at: [port + ordinal, 9_999],
  });

test("beyond its capacity the oldest spans give way, are counted, and leave nothing in the index", () => {
  const store = createSpanStore(3);
  const spans = [request(1, 0), request(1, 1), request(2, 0), request(3, 0), request(4, 0)];
  for (const span of spans) store.add(span);
  expect([...store.latest()]).toEqual(spans.slice(2).reverse());
  expect([store.size, store.dropped]).toEqual([3, 2]);
  expect([...store.index.keys()].sort()).toEqual([
    "127.0.0.1:1002",
    "127.0.0.1:1003",
    "127.0.0.1:1004",
    "127.0.0.1:2",
    "127.0.0.1:3",
    "127.0.0.1:4",
  ]);
});

test("the second news of a connection completes the first", () => {
  const store = createSpanStore(3);
  const relay = { hop: "kube-proxy", downstream: downstreamOf(wire(1)), upstreams: [upstreamOf(wire(2))] } as const;
  const told = (endUs: number) => spanOf({ ...relay, upstreams: [...relay.upstreams], at: [5, endUs] });
  store.add(told(-1));
  // A handshake with the target ends when the connection has stood for a while.
  const later: Span = { ...told(9), decisions: [{ kind: "tls", peer: "target", version: "TLSv1.3" }], bytesIn: 7 };
  store.add(structuredClone(later));
  expect([...store.latest()]).toEqual([later]);
  store.add(told(-1));
  expect([...store.latest()]).toEqual([later]);
});
