import { expect, test } from "vitest";
import { goSyntaxError } from "../../src/load-balancer/go-syntax-error.ts";

const END = "unexpected end of JSON input";
/** As Go 1.24 prints them. */
const errors: [text: string, error: string][] = [
  ["", END],
  ["{", END],
  ['{"a"', END],
  ['{"a":1', END],
  ['["a', END],
  ["{a}", "invalid character 'a' looking for beginning of object key string"],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ["[1,]", "invalid character ']' looking for beginning of value"],
  ["[1 2]", "invalid character '2' after array element"],
  ["forward", "invalid character 'o' in literal false (expecting 'a')"],
  ["redirect", "invalid character 'r' looking for beginning of value"],
  ["{} x", "invalid character 'x' after top-level value"],
  ['"\n"', "invalid character '\\n' in string literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
];
test.each(errors)("%j", (text, error) => expect(goSyntaxError(text)).toBe(error));
