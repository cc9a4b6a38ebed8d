import { expect, test } from "vitest";
import { networkContains, parseIp, parseNetwork } from "../src/ip-network.ts";

const addresses: readonly [string, number[] | undefined][] = [
  ["127.10.1.20", [0x7f0a, 0x0114]],
  ["255.255.255.255", [0xffff, 0xffff]],
  ["256.0.0.1", undefined],
  ["1.2.3", undefined],
  ["", undefined],
  ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["2001:db8::1", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]],
  ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
  ["::ffff:10.0.0.1", [0x0a00, 0x0001]],
  ["64:ff9b::10.0.0.1", [0x64, 0xff9b, 0, 0, 0, 0, 0x0a00, 0x0001]],
  ["1:2:3:4:5:6:7", undefined],
  ["1::2::3", undefined],
  ["1:2:3:4:5:6:7:8::", undefined],
  ["fe80::1%eth0", undefined],
  ["12345::", undefined],
];

test.each(addresses)("the address %s", (text, groups) => {
  expect(parseIp(text)).toEqual(groups);
});

const networks: readonly [network: string, address: string, contains: boolean][] = [
  ["10.0.0.0/8", "10.255.0.1", true],
  ["10.0.0.0/8", "11.0.0.1", false],
  ["10.0.0.77/24", "10.0.0.1", true],
  ["10.0.0.0/31", "10.0.0.2", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["::/0", "203.0.113.9", false],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["2001:db8::1/128", "2001:db8::1", true],
];

test.each(networks)("%s and %s: %s", (network, address, contains) => {
  const parsed = parseNetwork(network);
  expect(parsed !== undefined && networkContains(parsed, parseIp(address) ?? [])).toBe(contains);
});

test.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "/8", "::/129", "10.0.0.0/8/8"])("%s is no CIDR block", (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});
