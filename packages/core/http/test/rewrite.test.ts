import { expect, test } from "vitest";
import { appendForwardedFor } from "../src/forwarded.ts";
import type { RequestHead } from "../src/head.ts";
import { parseRequestHead } from "../src/request.ts";
import { parseResponseHead } from "../src/response.ts";
import { formatRequestHead, formatResponseHead } from "../src/rewrite.ts";

function parse(text: string): RequestHead {
  const head = parseRequestHead(text);
  if (head.kind === "refusal") throw new Error(head.reason);
  return head;
}

const plain = { target: "/t", host: "h", without: new Set<string>(), append: "" };

test.each([
  [
    "order and spelling stay, Host keeps its place",
    "GET / HTTP/1.1\r\nB: 1\r\nHOST: x\r\na: 2\r\n\r\n",
    "GET /t HTTP/1.1\r\nB: 1\r\nHOST: h\r\na: 2\r\n\r\n",
  ],
  ["HTTP/1.0 goes out as 1.1, with a Host", "GET / HTTP/1.0\r\nA: b\r\n\r\n", "GET /t HTTP/1.1\r\nA: b\r\nHost: h\r\n\r\n"],
  [
    "fields of this connection only are gone",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, X-Mine\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\nUpgrade: x\r\nx-mine: 1\r\nA: b\r\n\r\n",
    "GET /t HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n",
  ],
  [
    "Connection cannot remove Host or framing",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: host, content-length\r\n\r\n",
    "POST /t HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n",
  ],
  [
    "a WebSocket upgrade passes",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n",
    "GET /t HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\n",
  ],
  [
    "an upgrade to h2c does not",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "GET /t HTTP/1.1\r\nHost: h\r\n\r\n",
  ],
])("a request: %s", (_, text, expected) => {
  expect(formatRequestHead(parse(text), plain)).toBe(expected);
});

test("bytes beyond ASCII in a target go out percent-encoded", () => {
  expect(formatRequestHead(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), { ...plain, target: "/\xc3\xa9" })).toBe(
    "GET /%C3%A9 HTTP/1.1\r\nHost: h\r\n\r\n",
  );
});

test("what Connection names is gone before fields of the same name are added", () => {
  const head = parse("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: X-Forwarded-For\r\n\r\n");
  expect(appendForwardedFor(head, "127.0.0.9")).toBe("127.0.0.9");
  expect(formatRequestHead(head, { ...plain, append: "X-Forwarded-For: 127.0.0.9\r\n" })).toBe(
    "GET /t HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 127.0.0.9\r\n\r\n",
  );
});

test.each([
  ["none", "", "127.0.0.9"],
  ["one", "X-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1, 127.0.0.9"],
  ["two fields", "X-Forwarded-For: 1.1.1.1\r\nX: y\r\nx-forwarded-for: 2.2.2.2\r\n", "1.1.1.1, 2.2.2.2, 127.0.0.9"],
  ["an empty one", "X-Forwarded-For:\r\n", "127.0.0.9"],
  ["30 addresses", `X-Forwarded-For: ${Array(30).fill("1.1.1.1").join(", ")}\r\n`, `${Array(30).fill("1.1.1.1").join(", ")}, 127.0.0.9`],
  ["31 addresses: too many", `X-Forwarded-For: ${Array(31).fill("1.1.1.1").join(",")}\r\n`, undefined],
])("X-Forwarded-For with %s before", (_, fields, expected) => {
  expect(appendForwardedFor(parse(`GET / HTTP/1.1\r\nHost: x\r\n${fields}\r\n`), "127.0.0.9")).toBe(expected);
});

test("a response loses the fields of its connection and gets those of the client's", () => {
  const text =
    "HTTP/1.0 404 Gone fishing\r\nServer: s\r\nConnection: keep-alive, X-A\r\nKeep-Alive: 5\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n";
  const head = parseResponseHead(text);
  if (head === undefined) throw new Error("a valid head");
  expect(formatResponseHead(head, "close")).toBe(
    "HTTP/1.1 404 Gone fishing\r\nServer: s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
  );
  expect(formatResponseHead(head, "", new Set(["server"]))).toBe("HTTP/1.1 404 Gone fishing\r\nContent-Length: 0\r\n\r\n");
});
