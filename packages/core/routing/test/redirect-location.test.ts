import { expect, test } from "vitest";
import { buildLocation } from "../src/redirect-location.ts";

const source = { protocol: "http", host: "a.test", listenerPort: 8080, path: "/p/q", query: "x=1&y" };

test.each([
  ["only another protocol", { protocol: "HTTPS" }, "https://a.test:8080/p/q?x=1&y"],
  ["HTTPS on 443", { protocol: "HTTPS", port: "443" }, "https://a.test:443/p/q?x=1&y"],
  ["another host", { host: "www.#{host}" }, "http://www.a.test:8080/p/q?x=1&y"],
  ["a path before the path", { path: "/new/#{path}" }, "http://a.test:8080/new/p/q?x=1&y"],
  [
    "every placeholder in a query",
    { query: "#{protocol}-#{host}-#{port}-#{path}-#{query}" },
    "http://a.test:8080/p/q?http-a.test-8080-p/q-x=1&y",
  ],
  ["no query", { path: "/", query: "" }, "http://a.test:8080/"],
])("Location with %s", (_, config, expected) => {
  expect(buildLocation({ ...config, statusCode: "HTTP_301" }, source)).toBe(expected);
});

test("a placeholder in what the request says is left as it is", () => {
  const location = buildLocation({ path: "/x/#{path}", statusCode: "HTTP_301" }, { ...source, path: "/#{host}" });
  expect(location).toBe("http://a.test:8080/x/#{host}?x=1&y");
});

test("a Location of 8 K is sent, one that is longer is not", () => {
  const of = (length: number) =>
    buildLocation(
      { path: "/", query: "#{query}", statusCode: "HTTP_301" },
      { ...source, query: "q".repeat(length - "http://a.test:8080/?".length) },
    );
  expect(of(8192)).toHaveLength(8192);
  expect(of(8193)).toBeUndefined();
});
