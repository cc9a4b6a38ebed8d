import { expect, test } from "vitest";
import { jsonPatch } from "../src/json-patch.ts";
import { mergePatch } from "../src/merge-patch.ts";

/** RFC 7396, appendix A: original, patch, result. */
const mergeCases: [unknown, unknown, unknown][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.each(mergeCases)("merge patch: %j with %j is %j", (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

const jsonCases: {
  name: string;
  target: unknown;
  patch: { op: string; path: string; value?: unknown; from?: string }[];
  expected: unknown;
}[] = [
  { name: "add a field", target: { a: 1 }, patch: [{ op: "add", path: "/b", value: 2 }], expected: { value: { a: 1, b: 2 } } },
  { name: "add into a list", target: { a: [1, 3] }, patch: [{ op: "add", path: "/a/1", value: 2 }], expected: { value: { a: [1, 2, 3] } } },
  { name: "add to the end", target: { a: [1] }, patch: [{ op: "add", path: "/a/-", value: 2 }], expected: { value: { a: [1, 2] } } },
  {
    name: "replace an item",
    target: { a: [1, 2] },
    patch: [{ op: "replace", path: "/a/0", value: 9 }],
    expected: { value: { a: [9, 2] } },
  },
  {
    name: "remove an escaped field",
    target: { m: { "a/b": 1, c: 2 } },
    patch: [{ op: "remove", path: "/m/a~1b" }],
    expected: { value: { m: { c: 2 } } },
  },
  { name: "move", target: { a: 1 }, patch: [{ op: "move", from: "/a", path: "/b" }], expected: { value: { b: 1 } } },
  { name: "copy", target: { a: [1] }, patch: [{ op: "copy", from: "/a", path: "/b" }], expected: { value: { a: [1], b: [1] } } },
  {
    name: "a test that holds",
    target: { a: 1 },
    patch: [
      { op: "test", path: "/a", value: 1 },
      { op: "replace", path: "/a", value: 2 },
    ],
    expected: { value: { a: 2 } },
  },
  {
    name: "a test that does not",
    target: { a: 1 },
    patch: [{ op: "test", path: "/a", value: 2 }],
    expected: { problem: "testing value /a failed" },
  },
  {
    name: "a missing path",
    target: {},
    patch: [{ op: "replace", path: "/a", value: 2 }],
    expected: { problem: "replace operation does not apply: doc is missing path: /a" },
  },
];

test.each(jsonCases)("JSON patch: $name", ({ target, patch, expected }) => {
  const before = structuredClone(target);
  expect(jsonPatch(target, patch)).toEqual(expected);
  expect(target).toEqual(before);
});
