import type { Span } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { createOpenSpans } from "../src/index.ts";

const span = (name: string) => ({ name }) as Span;

test("what still stands is told of once, in order; what is over by then is not", async () => {
  const told: string[] = [];
  const open = createOpenSpans(({ name }) => told.push(name));
  const [long, short, later] = [{}, {}, {}];
  open.opened(long, () => span("long"));
  open.opened(short, () => span("short"));
  open.closed(short);
  open.opened(later, () => span("later"));
  expect(told).toEqual([]);
  await eventually(() => expect(told).toEqual(["long", "later"]));
  open.closed(long);
  open.opened(short, () => span("again"));
  await eventually(() => expect(told).toEqual(["long", "later", "again"]));
});
