import { expect, test } from "vitest";
import { formatPointer, parsePointer } from "../src/json-pointer.ts";

// RFC 6901 section 5, and an annotation as Ingresses have them.
test.each<[string, string[]]>([
  ["", []],
  ["/", [""]],
  ["/foo/0", ["foo", "0"]],
  ["/a~1b", ["a/b"]],
  ["/m~0n", ["m~n"]],
  ["/~01", ["~1"]],
  ["/metadata/annotations/alb.ingress.kubernetes.io~1scheme", ["metadata", "annotations", "alb.ingress.kubernetes.io/scheme"]],
])("%j names %j, and the other way round", (pointer, tokens) => {
  expect(parsePointer(pointer)).toEqual(tokens);
  expect(formatPointer(...tokens)).toBe(pointer);
});
