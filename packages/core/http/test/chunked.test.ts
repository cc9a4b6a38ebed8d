import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkScanner } from "../src/chunked.ts";

const bytesOf = (text: string) => Buffer.from(text, "latin1");

/** What became of `text`, fed in pieces of the given sizes (the last is repeated). */
function scan(text: string, sizes: readonly number[]): { end: number | "broken" | "open"; data: string } {
  const scanner = new ChunkScanner();
  const bytes = bytesOf(text);
  const data: Uint8Array[] = [];
  let at = 0;
  for (let piece = 0; at < bytes.length; piece++) {
    const part = bytes.subarray(at, at + (sizes[Math.min(piece, sizes.length - 1)] ?? 1));
    const end = scanner.feed(part, 0, data);
    const text = Buffer.concat(data).toString("latin1");
    if (end < 0) return { end: "broken", data: text };
    if (scanner.isDone) return { end: at + end, data: text };
    at += part.length;
  }
  return { end: "open", data: Buffer.concat(data).toString("latin1") };
}

test.each([
  ["one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello"],
  ["several, sizes in any case, with leading zeros", "A\r\n0123456789\r\n0b\r\nabcdefghijk\r\n000\r\n\r\n", "0123456789abcdefghijk"],
  ["extensions, quoted ones with a semicolon", '1;a=b\r\nx\r\n1;q="a;b"\r\ny\r\n0;end\r\n\r\n', "xy"],
  ["trailers", "1\r\nx\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n", "x"],
  ["nothing", "0\r\n\r\n", ""],
  ["CRLF in the data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"],
])("follows %s to its end and not further", (_, text, data) => {
  for (const size of [1, 2, 3, 1000]) expect(scan(`${text}GET / HTTP/1.1`, [size])).toEqual({ end: text.length, data });
});

test.each([
  ["a size with 0x", "0x5\r\n"],
  ["a signed size", "+5\r\n"],
  ["a size with an underscore", "0_5\r\n"],
  ["white space before a size", " 5\r\n"],
  ["white space behind a size", "5 \r\n"],
  ["no size", "\r\nx"],
  ["a size that ends with a line feed", "5\nhello"],
  ["a size that ends with a carriage return alone", "5\rhello"],
  ["a size beyond 2^52", "10000000000000005\r\n"],
  ["data longer than its size", "4\r\nhello\r\n"],
  ["data shorter than its size", "6\r\nhello\r\n0\r\n\r\n"],
  ["a line feed in an extension", "5;a\nb\r\n"],
  ["NUL in an extension", "5;a\0\r\n"],
  ["an open quote in an extension", '5;a="b\r\nhello\r\n'],
  ["an extension of more than 4 K", `5;${"a".repeat(5000)}\r\n`],
  ["a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"],
  ["a bare line feed in a trailer", "0\r\nA: b\nC: d\r\n\r\n"],
  ["trailers of more than 16 K", `0\r\n${`A: ${"b".repeat(1000)}\r\n`.repeat(17)}\r\n`],
])("refuses %s", (_, text) => {
  for (const size of [1, 1000]) expect(scan(text, [size]).end).toBe("broken");
});

/** RFC 9112 section 7.1 in one expression per element: slow, and obviously right. */
function naive(text: string): { end: number | "broken" | "open"; data: string } {
  let rest = text;
  let data = "";
  const takes = (pattern: RegExp) => {
    const match = pattern.exec(rest);
    if (match !== null) rest = rest.slice(match[0].length);
    return match;
  };
  for (;;) {
    const size = takes(/^([0-9a-fA-F]{1,13})((?:;(?:[\t !#-~\x80-\xff]|"[\t !#-~\x80-\xff]*")*)?)\r\n/);
    if (size === null) return { end: "broken", data };
    const length = Number.parseInt(size[1] ?? "", 16);
    if (length === 0) break;
    data += rest.slice(0, length);
    if (rest.length < length + 2) return { end: "open", data };
    if (rest.slice(length, length + 2) !== "\r\n") return { end: "broken", data };
    rest = rest.slice(length + 2);
  }
  while (takes(/^[!-~\x80-\xff][\t -~\x80-\xff]*\r\n/) !== null);
  return takes(/^\r\n/) === null ? { end: "broken", data } : { end: text.length - rest.length, data };
}

describe("any chunked body", () => {
  const chunk = fc.tuple(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 }), fc.constantFrom("", ";a", ';b="c;d"', ";e=f;g"));
  const body = fc
    .tuple(fc.array(chunk, { maxLength: 6 }), fc.array(fc.constantFrom("A: b", "X-Y:", "c: \xe9"), { maxLength: 3 }))
    .map(
      ([chunks, trailers]) =>
        `${chunks.map(([data, extension]) => `${data.length.toString(16)}${extension}\r\n${data}\r\n`).join("")}0\r\n${trailers.map((line) => `${line}\r\n`).join("")}\r\n`,
    );
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });

  test("comes out the same however it is cut into pieces", () => {
    fc.assert(
      fc.property(body, sizes, (text, pieces) => {
        expect(scan(`${text}next`, pieces)).toEqual(naive(`${text}next`));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("with one byte changed is never read differently from the naive reader", () => {
    fc.assert(
      fc.property(
        body,
        sizes,
        fc.nat(),
        fc.constantFrom("\r", "\n", "\0", " ", ";", "0", "a", "x", "\t", ":"),
        (text, pieces, position, byte) => {
          const at = position % text.length;
          const changed = `${text.slice(0, at)}${byte}${text.slice(at + 1)}${"\r\n".repeat(20)}`;
          const [ours, theirs] = [scan(changed, pieces), naive(changed)];
          // Where both see an end it must be the same one; what only one refuses must not be accepted by us.
          expect(ours.end === theirs.end || ours.end === "open" || ours.end === "broken").toBe(true);
          if (typeof theirs.end === "number") expect(ours).toEqual(theirs);
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });
});
