import { expect, test } from "vitest";
import { networkContains, parseIp, parseNetwork } from "../src/ip-network.ts";

test.each<[string, string, number[] | undefined]>([
  ["IPv4", "127.10.1.20", [127, 10, 1, 20]],
  ["IPv6", "2001:db8::1", [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 1]],
  ["IPv4 mapped into IPv6, as IPv4", "::ffff:10.0.0.1", [10, 0, 0, 1]],
  ["IPv6 that only ends like it", "::1:ffff:10.0.0.1", [...Array<number>(9).fill(0), 1, 0xff, 0xff, 10, 0, 0, 1]],
  ["no address", "1.2.3", undefined],
  ["nothing", "", undefined],
])("%s: %s", (_, text, octets) => {
  expect(parseIp(text)).toEqual(octets === undefined ? undefined : Uint8Array.from(octets));
});

const networks: readonly [network: string, address: string, contains: boolean][] = [
  ["10.0.0.0/8", "10.255.0.1", true],
  ["10.0.0.0/8", "11.0.0.1", false],
  ["10.0.0.77/24", "10.0.0.1", true],
  ["10.0.0.0/31", "10.0.0.2", false],
  ["10.0.0.0/15", "10.1.255.255", true],
  ["10.0.0.0/15", "10.2.0.0", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["::/0", "203.0.113.9", false],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["2001:db8::1/128", "2001:db8::1", true],
];

test.each(networks)("%s and %s: %s", (network, address, contains) => {
  const parsed = parseNetwork(network);
  expect(parsed !== undefined && networkContains(parsed, parseIp(address) ?? new Uint8Array(0))).toBe(contains);
});

test.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "/8", "::/129", "10.0.0.0/8/8"])("%s is no CIDR block", (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});
