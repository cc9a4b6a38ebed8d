import type { Span, TraceNode } from "@loopway/model";
import { seededRandom } from "@loopway/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { assembleTrace } from "../src/assemble.ts";
import { createSpanStore } from "../src/span-store.ts";
import { simulateTraffic, spanKey, type Traffic } from "./traffic.ts";

const WHOLE_PATH = "client,alb,kube-proxy,pod";

interface Verdict {
  roots: number;
  whole: number;
  /** "r7: alb of r3": nodes in a trace that another request made. */
  wrong: string[];
}

function judge(reports: readonly Span[], truth: Traffic["truth"]): Verdict {
  const store = createSpanStore(1_000_000);
  for (const report of reports) store.add(report);
  const verdict: Verdict = { roots: 0, whole: 0, wrong: [] };
  for (const span of store.latest()) {
    if (span.hop !== "client") continue;
    const { trace, complete } = assembleTrace(store.index, span);
    const nodes = flatten(trace);
    verdict.roots++;
    if (complete && nodes.map(({ hop }) => hop).join() === WHOLE_PATH) verdict.whole++;
    const id = span.summary ?? "";
    for (const node of nodes) if (truth.get(spanKey(node))?.has(id) !== true) verdict.wrong.push(`${id}: ${node.hop} of ${node.summary}`);
  }
  return verdict;
}

function flatten({ span, children }: TraceNode): Span[] {
  return [span, ...children.flatMap(flatten)];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function traffic(seed: number, slowClients: boolean): Traffic {
  return simulateTraffic({ random: seededRandom(seed), requests: 300, slowClients });
}

test("every request is joined from client to pod, and none with another's, in whatever order its spans arrive", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { reports, truth } = traffic(seed, false);
      expect(judge(shuffled(reports, seededRandom(seed + 1)), truth)).toEqual({ roots: 300, whole: 300, wrong: [] });
    }),
    { seed: 11, numRuns: 60 },
  );
});

test("where a port is used again while its last request is still going out, the join may be left out but is never wrong", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { reports, truth } = traffic(seed, true);
      const { whole, wrong } = judge(shuffled(reports, seededRandom(seed + 1)), truth);
      expect(wrong).toEqual([]);
      expect(whole).toBeGreaterThan(270);
    }),
    { seed: 12, numRuns: 60 },
  );
});

test("lost spans leave gaps and no wrong joins", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { reports, truth } = traffic(seed, false);
      const random = seededRandom(seed + 2);
      const lostConnections = new Set(reports.filter(({ hop }) => hop === "kube-proxy" && random() < 0.1).map(connectionKey));
      const kept = reports.filter((span) => (span.hop === "kube-proxy" ? !lostConnections.has(connectionKey(span)) : random() > 0.1));
      expect(judge(kept, truth).wrong).toEqual([]);
    }),
    { seed: 13, numRuns: 60 },
  );
});

test("a connection whose end was never told is not taken for the next one with its addresses", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { reports, truth } = traffic(seed, false);
      const random = seededRandom(seed + 3);
      const kept = reports.filter(({ hop, endUs }) => hop !== "kube-proxy" || endUs === undefined || random() > 0.5);
      expect(judge(kept, truth).wrong).toEqual([]);
    }),
    { seed: 14, numRuns: 60 },
  );
});

function connectionKey({ downstream, startUs }: Span): string {
  return `${downstream.remote} ${startUs}`;
}
