import { requestOf } from "@loopway/routing/requests";
import { expect, test } from "vitest";
import { formatWitness } from "../../src/diff/witness-curl.ts";

const http = { protocol: "HTTP", listenerPort: 80, dnsName: "lb.elb.amazonaws.com" } as const;

test.each([
  ["a path", {}, http, "curl -i http://api.example.com/"],
  ["another port", {}, { ...http, listenerPort: 8080 }, "curl -i http://api.example.com:8080/"],
  ["HTTPS", {}, { ...http, protocol: "HTTPS", listenerPort: 443 }, "curl -i https://api.example.com/"],
  ["a method", { method: "PURGE" }, http, "curl -i -X PURGE http://api.example.com/"],
  ["HEAD, of which curl must know", { method: "HEAD" }, http, "curl -i --head http://api.example.com/"],
  ["a query", { query: "a=b&c" }, http, "curl -i 'http://api.example.com/?a=b&c'"],
  [
    "headers",
    {
      headers: [
        ["x-a", "it's"],
        ["x-b", ""],
      ] as [string, string][],
    },
    http,
    "curl -i -H 'x-a: it'\\''s' -H 'x-b;' http://api.example.com/",
  ],
  ["brackets, which curl would expand", { path: "/[a]" }, http, "curl -i -g 'http://api.example.com/[a]'"],
  ["dot segments, which curl would take out", { path: "/a/../b" }, http, "curl -i --path-as-is http://api.example.com/a/../b"],
  ["a host that is no name", { host: ".test" }, http, "curl -i -H 'host: .test' http://lb.elb.amazonaws.com/"],
  ["no host", { host: "" }, http, "curl -i --http1.0 -H host: http://lb.elb.amazonaws.com/"],
  ["OPTIONS *", { path: "*", method: "OPTIONS" }, http, "curl -i --request-target '*' -X OPTIONS http://api.example.com/"],
] as const)("%s", (_, differences, target, curl) => {
  expect(formatWitness(requestOf(differences), target, false).curl).toBe(curl);
});

test("a source address that decides is said behind the command", () => {
  expect(formatWitness(requestOf({}), http, true)).toMatchObject({
    sourceIp: "10.0.0.1",
    curl: "curl -i http://api.example.com/ # from 10.0.0.1",
  });
});
