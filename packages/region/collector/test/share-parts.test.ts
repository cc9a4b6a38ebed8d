import type { Span } from "@loopway/model";
import { expect, test } from "vitest";
import { createPartSharer } from "../src/share-parts.ts";
import { downstreamOf, spanOf, upstreamOf } from "./flows.ts";

const wire = { initiator: "127.0.0.1:50000", acceptor: "127.12.1.1:80" };
const told = (ordinal: number): Span => ({
  ...spanOf({ hop: "alb", downstream: downstreamOf(wire, ordinal), upstreams: [upstreamOf(wire, ordinal)], at: [1, 2] }),
  decisions: [{ kind: "nodePort", node: "a", nodePort: 30080, service: "shop/web" }],
});

test("equal decisions and outcomes are one object, and every span stays what it was", () => {
  const share = createPartSharer();
  const [first, second] = [told(0), told(1)];
  for (const span of [first, second]) share(span);
  expect([first, second]).toEqual([told(0), told(1)]);
  expect(second.decisions).toBe(first.decisions);
  expect(second.outcome).toBe(first.outcome);
});
