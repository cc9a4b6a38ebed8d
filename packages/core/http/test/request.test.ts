import { expect, test } from "vitest";
import { CHUNKED } from "../src/head.ts";
import { hasTwoAuthorities, parseRequestHead, refuseIncomplete } from "../src/request.ts";

const get = (more: string) => `GET / HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`;
const post = (more: string) => `POST / HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`;

test("a head keeps order, spelling and raw path; values lose the white space around them", () => {
  const text = "GET /a/../B%2f?x=%20&y HTTP/1.1\r\nX-One:1\r\nHOST: a.test:8080\r\nx-two: \t two  words \r\nX-Empty:\r\nX-One: 2\r\n\r\n";
  expect(parseRequestHead(text)).toEqual({
    kind: "request",
    method: "GET",
    target: "/a/../B%2f?x=%20&y",
    form: "origin",
    path: "/a/../B%2f",
    query: "x=%20&y",
    authority: "a.test:8080",
    minorVersion: 1,
    names: ["X-One", "HOST", "x-two", "X-Empty", "X-One"],
    keys: ["x-one", "host", "x-two", "x-empty", "x-one"],
    values: ["1", "a.test:8080", "two  words", "", "2"],
    framing: 0,
    deviation: undefined,
    isPersistent: true,
    upgrade: undefined,
    connectionNames: [],
    sizeBytes: text.length,
  });
});

test.each([
  ["no body", get(""), { framing: 0, isPersistent: true }],
  ["a length", post("Content-Length: 12\r\n"), { framing: 12 }],
  ["a length with leading zeros is decimal", post("Content-Length: 010\r\n"), { framing: 10 }],
  ["chunks, in any case", post("transfer-encoding: CHUNKED\r\n"), { framing: CHUNKED }],
  ["close", get("Connection: close\r\n"), { isPersistent: false, connectionNames: [] }],
  ["close in a list, names beside it", get("Connection: X-A, Close ,x-b\r\n"), { isPersistent: false, connectionNames: ["x-a", "x-b"] }],
  ["two Connection fields", get("Connection: x-a\r\nConnection: x-b\r\n"), { connectionNames: ["x-a", "x-b"], isPersistent: true }],
  ["HTTP/1.0 closes", "GET / HTTP/1.0\r\n\r\n", { isPersistent: false, authority: "", minorVersion: 0 }],
  ["HTTP/1.0 with keep-alive stays", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", { isPersistent: true }],
  [
    "HTTP/1.2 is read as 1.1",
    "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
    { minorVersion: 1, deviation: { tier: "Acceptable", reason: "NonCompliantVersion" } },
  ],
  ["upgrade that Connection names", get("Connection: upgrade\r\nUpgrade: websocket\r\n"), { upgrade: "websocket" }],
  ["upgrade that Connection does not name", get("Upgrade: websocket\r\n"), { upgrade: undefined }],
  ["a method of one's own", "PURGE_all /x HTTP/1.1\r\nHost: a\r\n\r\n", { method: "PURGE_all" }],
  [
    "absolute form",
    "GET http://b.test:81/p?q HTTP/1.1\r\nHost: b.test:81\r\n\r\n",
    { form: "absolute", authority: "b.test:81", path: "/p", query: "q" },
  ],
  ["absolute form without path", "GET http://b.test?q HTTP/1.1\r\nHost: b.test\r\n\r\n", { form: "absolute", path: "/", query: "q" }],
  ["asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", { form: "asterisk", path: "*" }],
  ["authority form", "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n", { form: "authority", path: "", authority: "a.test:443" }],
  ["an IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", { authority: "[::1]:80" }],
  ["bytes beyond ASCII in a value", get("X: caf\xe9\r\n"), { values: ["a.test", "caf\xe9"] }],
  [
    "GET with a body",
    get("Content-Length: 1\r\n"),
    { framing: 1, deviation: { tier: "Ambiguous", reason: "UndefinedContentLengthSemantics" } },
  ],
  [
    "GET with chunks",
    get("Transfer-Encoding: chunked\r\n"),
    { deviation: { tier: "Ambiguous", reason: "UndefinedTransferEncodingSemantics" } },
  ],
  [
    "GET with length 0",
    get("Content-Length: 0\r\n"),
    { framing: 0, deviation: { tier: "Acceptable", reason: "GetHeadZeroContentLength" } },
  ],
])("accepts %s", (_, text, expected) => {
  expect(parseRequestHead(text)).toMatchObject({ kind: "request", ...expected });
});

test.each([
  ["length and chunks", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400, "BothTeClPresent"],
  ["two lengths that differ", post("Content-Length: 3\r\nContent-Length: 4\r\n"), 400, "MultipleContentLength"],
  ["the same length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n"), 400, "MultipleContentLength"],
  ["a list of lengths", post("Content-Length: 3, 3\r\n"), 400, "BadContentLength"],
  ["a signed length", post("Content-Length: +3\r\n"), 400, "BadContentLength"],
  ["a length beyond 2^53", post("Content-Length: 18446744073709551621\r\n"), 400, "BadContentLength"],
  ["an empty length", post("Content-Length:\r\n"), 400, "BadContentLength"],
  ["a coding that nobody asked for", post("Transfer-Encoding: gzip, chunked\r\n"), 501, "UnsupportedTransferEncoding"],
  ["an unknown coding", post("Transfer-Encoding: cow\r\n"), 501, "UnsupportedTransferEncoding"],
  ["chunked not last", post("Transfer-Encoding: chunked, identity\r\n"), 400, "BadTransferEncoding"],
  ["chunked twice, in two fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400, "BadTransferEncoding"],
  ["chunked with a vertical tab", post("Transfer-Encoding: \x0bchunked\r\n"), 400, "BadHeader"],
  ["chunked behind a comma", post("Transfer-Encoding: ,chunked\r\n"), 400, "BadTransferEncoding"],
  ["chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "BadTransferEncoding"],
  ["a folded line", get("X: a\r\n b\r\n"), 400, "BadHeader"],
  ["white space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "BadHeader"],
  ["white space before the colon", get("X : a\r\n"), 400, "BadHeader"],
  ["a bare line feed", get("X: a\nY: b\r\n"), 400, "BadHeader"],
  ["a bare carriage return", get("X: a\rY: b\r\n"), 400, "BadHeader"],
  ["NUL in a value", get("X: a\0b\r\n"), 400, "BadHeader"],
  ["a name without colon", get("X\r\n"), 400, "BadHeader"],
  ["an empty name", get(": x\r\n"), 400, "BadHeader"],
  ["a name beyond ASCII", get("X\xe9: x\r\n"), 400, "BadHeader"],
  ["no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400, "BadHost"],
  ["two Hosts", get("Host: a.test\r\n"), 400, "BadHost"],
  ["a Host with user information", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400, "BadHost"],
  ["a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "BadHost"],
  ["a Host with port 65536", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400, "BadHost"],
  ["a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "BadUri"],
  ["a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "BadUri"],
  ["an empty target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400, "BadUri"],
  ["a relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400, "BadUri"],
  ["an asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "BadUri"],
  ["a method with a bracket", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "BadMethod"],
  ["HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "UnsupportedVersion"],
  ["HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400, "BadVersion"],
  ["another protocol", "GET / RTSP/1.0\r\nHost: a\r\n\r\n", 400, "BadVersion"],
  ["a request line of more than 16 K", `GET /${"a".repeat(16 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, "RequestLineTooLong"],
  ["a field of more than 16 K", get(`X: ${"a".repeat(16 * 1024)}\r\n`), 400, "HeadTooLarge"],
  ["more than 64 K", get(`X: ${"a".repeat(9000)}\r\n`.repeat(8)), 400, "HeadTooLarge"],
  ["more than 1,000 fields", get("X: a\r\n".repeat(1001)), 400, "HeadTooLarge"],
] as const)("refuses %s", (_, text, status, reason) => {
  expect(parseRequestHead(text)).toEqual({ kind: "refusal", status, reason });
});

test.each([
  ["a first line without end", "GET / HT", undefined],
  ["a whole first line and half a field", "GET / HTTP/1.1\r\nHos", undefined],
  ["a carriage return whose line feed may follow", "GET / HTTP/1.1\r\nHost: a\r", undefined],
  ["TLS on a plain port", "\x16\x03\x01\x02\x00", "BadMethod"],
  ["line feeds only", "GET / HTTP/1.1\nHost: a\n\n", "BadMethod"],
  ["HTTP/0.9", "GET /\r\n", "BadVersion"],
  ["a bad field before the end", "GET / HTTP/1.1\r\nX : y\r\nHost", "BadHeader"],
  ["a folded line before the end", "GET / HTTP/1.1\r\n Host: foo", "BadHeader"],
  ["a first line of more than 16 K", `GET /${"a".repeat(16 * 1024)}`, "RequestLineTooLong"],
])("of a head that is not complete: %s", (_, text, reason) => {
  expect(refuseIncomplete(text)?.reason).toBe(reason);
});

test.each([
  ["http://a.test/", "a.test", false],
  ["http://a.test/", "A.TEST:80", false],
  ["https://a.test/", "a.test:443", false],
  ["http://a.test:81/", "a.test:81", false],
  ["http://a.test/", "b.test", true],
  ["http://a.test/", "a.test:81", true],
  ["http://a.test/", "a.test:443", true],
])("target %s and Host %s name two authorities: %s", (target, host, expected) => {
  const head = parseRequestHead(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(head.kind === "request" && hasTwoAuthorities(head)).toBe(expected);
});
