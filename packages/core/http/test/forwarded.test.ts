import { expect, test } from "vitest";
import { hostAtTarget, joinForwardedFor } from "../src/forwarded.ts";

test.each([
  ["a.example.com", 80, "a.example.com"],
  ["a.example.com:80", 80, "a.example.com"],
  ["a.example.com:443", 443, "a.example.com"],
  ["a.example.com:8080", 80, "a.example.com:8080"],
  ["a.example.com:80", 443, "a.example.com:80"],
  ["a.example.com", 8080, "a.example.com:8080"],
  ["a.example.com:8080", 8080, "a.example.com:8080"],
  ["[::1]:80", 80, "[::1]"],
])("Host %s at a listener on %i reaches the target as %s", (authority, listenerPort, expected) => {
  expect(hostAtTarget(authority, listenerPort)).toBe(expected);
});

test("the client's address comes behind those that it sent", () => {
  expect([joinForwardedFor("", "198.51.100.7"), joinForwardedFor("10.0.0.1, 10.0.0.2", "198.51.100.7")]).toEqual([
    "198.51.100.7",
    "10.0.0.1, 10.0.0.2, 198.51.100.7",
  ]);
});
