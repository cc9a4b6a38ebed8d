import { expect, test } from "vitest";
import { parseRequestField } from "../../src/replay/parse-request-field.ts";

test.each([
  ["GET http://a.test:80/x HTTP/1.1", { method: "GET", protocol: "http", host: "a.test", listenerPort: 80, path: "/x", query: undefined }],
  ["GET https://A.test:8443/x?a=b?c HTTP/2.0", { protocol: "https", host: "A.test", listenerPort: 8443, path: "/x", query: "a=b?c" }],
  ["GET http://[::1]:80/ HTTP/1.1", { host: "[::1]", listenerPort: 80, path: "/" }],
  ["GET http://:80/ HTTP/1.0", { host: "", path: "/" }],
  ["OPTIONS http://a:80* HTTP/1.1", { path: "*" }],
  ["GET http://a:80?x=1 HTTP/1.1", { path: "", query: "x=1" }],
  ["GET http://a:80/a b\\x22 HTTP/1.1", { path: '/a b"' }],
  ["GET http://a:80//a/../%2f;x=1 HTTP/1.1", { path: "//a/../%2f;x=1" }],
  ["GET http://a:80/http://b:81/ HTTP/1.1", { host: "a", listenerPort: 80, path: "/http://b:81/" }],
])("%s", (field, expected) => {
  expect(parseRequestField(field)).toMatchObject(expected);
});

test.each(["- http://10.0.0.30:80- -", "-", "", "GET /x HTTP/1.1", "GET http://a/x HTTP/1.1"])("%j tells of no request", (field) => {
  expect(parseRequestField(field)).toBeUndefined();
});
