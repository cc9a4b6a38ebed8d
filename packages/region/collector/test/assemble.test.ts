import type { Span, TraceNode } from "@loopway/model";
import { expect, test } from "vitest";
import { assembleTrace, countJoins, hasParent } from "../src/assemble.ts";
import { createSpanStore } from "../src/span-store.ts";
import { downstreamOf, type SpanDraft, spanOf, upstreamOf } from "./flows.ts";

const curl = { initiator: "127.0.0.1:50000", acceptor: "127.0.0.1:3128" };
const dns = { initiator: "127.0.0.1:50001", acceptor: "127.13.0.1:53" };
const toAlb = { initiator: "127.0.0.1:50002", acceptor: "127.12.1.1:80" };
const toNode = { initiator: "127.0.0.1:50003", acceptor: "127.10.1.10:30080" };
const toPod = { initiator: "127.10.1.10:50004", acceptor: "127.10.2.20:3000" };
const MS = 1_000;

const client: SpanDraft = {
  hop: "client",
  downstream: downstreamOf(curl, 0),
  upstreams: [upstreamOf(dns, 77), upstreamOf(toAlb, 3)],
  at: [0, 100 * MS],
};
const route53: SpanDraft = { hop: "route53", downstream: downstreamOf(dns, 77), at: [1 * MS, 2 * MS] };
const alb: SpanDraft = { hop: "alb", downstream: downstreamOf(toAlb, 3), upstreams: [upstreamOf(toNode, 1)], at: [10 * MS, 90 * MS] };
const relay: SpanDraft = { hop: "kube-proxy", downstream: downstreamOf(toNode), upstreams: [upstreamOf(toPod)], at: [-500 * MS, -1] };
const pod: SpanDraft = { hop: "pod", downstream: downstreamOf(toPod, 1), at: [20 * MS, 80 * MS] };

/** "client(route53 alb(kube-proxy(pod)))" */
function draw({ span, children }: TraceNode): string {
  return children.length === 0 ? span.hop : `${span.hop}(${children.map(draw).join(" ")})`;
}

function assemble(...drafts: SpanDraft[]): string {
  const store = createSpanStore(100);
  for (const draft of drafts) store.add(spanOf(draft));
  const root = [...store.latest()].find(({ hop }) => hop === drafts[0]?.hop) as Span;
  const { trace, complete } = assembleTrace(store.index, root);
  return complete ? draw(trace) : `${draw(trace)} …`;
}

const whole = "client(route53 alb(kube-proxy(pod)))";
test.each<[string, SpanDraft[], string]>([
  ["a request through every hop, over a connection that is still open", [client, route53, alb, relay, pod], whole],
  ["the same, told backwards", [client, pod, relay, alb, route53], whole],
  ["the same, the connection closed since", [client, route53, alb, { ...relay, at: [-500 * MS, 200 * MS] }, pod], whole],
  ["a load balancer that forwards to the pod itself", [alb, { ...pod, downstream: downstreamOf(toNode, 1) }], "alb(pod)"],
  ["a hop whose span is missing leaves the trace incomplete", [client, route53, alb, relay], "client(route53 alb(kube-proxy)) …"],
  ["a hop that reached nobody", [{ ...client, upstreams: [upstreamOf(dns, 77)] }, route53], "client(route53)"],
  [
    "another request on the same connection is another's",
    [alb, relay, { ...pod, downstream: downstreamOf(toPod, 2) }],
    "alb(kube-proxy) …",
  ],
  ["the same addresses before this request's time are another's", [alb, relay, { ...pod, at: [-100 * MS, -90 * MS] }], "alb(kube-proxy) …"],
  ["the same addresses after this request's time too", [alb, relay, { ...pod, at: [93 * MS, 95 * MS] }], "alb(kube-proxy) …"],
  ["a child may end after its parent", [alb, relay, { ...pod, at: [20 * MS, 95 * MS] }], "alb(kube-proxy(pod))"],
  ["a connection that was closed before is another's", [alb, { ...relay, at: [-500 * MS, 5 * MS] }, pod], "alb …"],
  ["a connection that was opened after it is another's", [alb, { ...relay, at: [95 * MS, -1] }, pod], "alb …"],
  [
    "of two connections that could be meant, none is taken",
    [alb, { ...relay, at: [0, 40 * MS] }, { ...relay, at: [50 * MS, -1] }, pod],
    "alb …",
  ],
  ["of two requests that could be meant, none is taken", [alb, relay, pod, { ...pod, at: [30 * MS, 40 * MS] }], "alb(kube-proxy) …"],
  [
    "a connection that two requests of one ordinal claim belongs to neither",
    [alb, { ...alb, downstream: downstreamOf(toAlb, 9) }, relay, pod],
    "alb …",
  ],
  [
    "an unended connection ends where the next with its addresses begins",
    [alb, { ...relay, at: [-500 * MS, -1] }, { ...relay, at: [-400 * MS, -1] }, pod],
    "alb(kube-proxy(pod))",
  ],
  [
    "a query by UDP is not one by TCP",
    [client, { ...route53, downstream: { ...route53.downstream, protocol: "udp" } }, alb, relay, pod],
    "client(alb(kube-proxy(pod))) …",
  ],
  [
    "two relays behind each other carry the ordinal on",
    [alb, relay, { ...relay, downstream: downstreamOf(toPod), upstreams: [upstreamOf(dns)] }, { ...pod, downstream: downstreamOf(dns, 1) }],
    "alb(kube-proxy(kube-proxy(pod)))",
  ],
  [
    "a connection without a load balancer shows all its requests",
    [relay, pod, { ...pod, downstream: downstreamOf(toPod, 2), at: [85 * MS, 86 * MS] }],
    "kube-proxy(pod pod)",
  ],
])("%s", (_name, drafts, expected) => expect(assemble(...drafts)).toBe(expected));

test("only spans that no hop caused are roots", () => {
  const store = createSpanStore(100);
  for (const draft of [client, route53, alb, relay, pod]) store.add(spanOf(draft));
  expect([...store.latest()].filter((span) => !hasParent(store.index, span)).map(({ hop }) => hop)).toEqual(["client"]);
});

test("joins are counted by upstream ends", () => {
  const store = createSpanStore(100);
  for (const draft of [client, alb, relay, pod]) store.add(spanOf(draft));
  expect(countJoins(store.index, store.latest())).toEqual({ joined: 3, unjoined: 1 });
});
