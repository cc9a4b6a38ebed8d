import { expect, test } from "vitest";
import { CHUNKED, UNTIL_CLOSE } from "../src/head.ts";
import { parseResponseHead } from "../src/response.ts";

test.each([
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", { status: 200, reason: "OK", framing: 3, isPersistent: true }],
  ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", { framing: CHUNKED, isPersistent: true }],
  ["neither: until the connection closes", "HTTP/1.1 200 OK\r\n\r\n", { framing: UNTIL_CLOSE, isPersistent: false }],
  ["204 without framing", "HTTP/1.1 204 No Content\r\n\r\n", { framing: 0, isPersistent: true }],
  ["304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", { framing: 0 }],
  ["1xx", "HTTP/1.1 100 Continue\r\n\r\n", { status: 100, framing: 0 }],
  ["no reason, without the space", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", { status: 200, reason: "" }],
  ["a long reason", "HTTP/1.1 404 not here: \xe9\r\nContent-Length: 0\r\n\r\n", { reason: "not here: \xe9" }],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", { minorVersion: 0, isPersistent: false }],
  ["HTTP/1.0 that stays", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", { isPersistent: true }],
  ["close", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", { isPersistent: false }],
])("accepts %s", (_, text, expected) => {
  expect(parseResponseHead(text)).toMatchObject(expected);
});

test.each([
  ["another protocol", "SSH-2.0-OpenSSH\r\n\r\n"],
  ["HTTP/2", "HTTP/2 200 OK\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n"],
  ["length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n"],
  ["a bare line feed", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"],
  ["a bare line feed in the status line", "HTTP/1.1 200 OK\nA: b\r\n\r\n"],
  ["a folded line", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"],
  ["a coding other than chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"],
])("refuses %s", (_, text) => {
  expect(parseResponseHead(text)).toBeUndefined();
});
