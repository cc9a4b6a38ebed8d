import { expect, test } from "vitest";
import { parsePart } from "../src/part.ts";

test.each([
  { words: ["hop", "alb"], part: { hop: "alb" } },
  { words: ["hop", "kube-proxy", "services"], part: { hop: "kube-proxy", name: "services" } },
  { words: ["node", "ip-127-10-1-10.ec2.internal"], part: { node: "ip-127-10-1-10.ec2.internal" } },
])("$words is a part", ({ words, part }) => expect(parsePart(words)).toEqual(part));

test.each([[[]], [["hop"]], [["hop", "pod"]], [["hop", "alb", "a", "b"]], [["node"]], [["node", "a", "b"]], [["zone", "a"]]])(
  "%j is none, and it is said what is",
  (words) => expect(() => parsePart(words)).toThrow("expected hop KIND [NAME] | node NAME, KIND one of control-plane, "),
);
