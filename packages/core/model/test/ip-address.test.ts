import { expect, test } from "vitest";
import { parseIpv4, parseIpv6 } from "../src/ip-address.ts";

test.each<[string, number[] | undefined]>([
  ["127.10.1.20", [127, 10, 1, 20]],
  ["0.0.0.0", [0, 0, 0, 0]],
  ["255.255.255.255", [255, 255, 255, 255]],
  ["256.0.0.1", undefined],
  ["010.0.0.1", undefined],
  ["1.2.3", undefined],
  ["1.2.3.4.5", undefined],
  ["1.2.3.", undefined],
  ["", undefined],
])("IPv4 %j", (text, octets) => {
  expect(parseIpv4(text)).toEqual(octets === undefined ? undefined : Uint8Array.from(octets));
});

test.each<[string, string | undefined]>([
  ["::", "0000 0000 0000 0000 0000 0000 0000 0000"],
  ["2001:db8::1", "2001 0db8 0000 0000 0000 0000 0000 0001"],
  ["1:2:3:4:5:6:7:8", "0001 0002 0003 0004 0005 0006 0007 0008"],
  ["1:2:3:4:5:6:7::", "0001 0002 0003 0004 0005 0006 0007 0000"],
  ["::FFFF:10.0.0.1", "0000 0000 0000 0000 0000 ffff 0a00 0001"],
  ["64:ff9b::10.0.0.1", "0064 ff9b 0000 0000 0000 0000 0a00 0001"],
  ["1:2:3:4:5:6:7", undefined],
  ["1:2:3:4:5:6:7:8::", undefined],
  ["1::2::3", undefined],
  [":1:2:3:4:5:6:7", undefined],
  ["::1.2.3.256", undefined],
  ["fe80::1%eth0", undefined],
  ["12345::", undefined],
  ["1.2.3.4", undefined],
])("IPv6 %j", (text, groups) => {
  expect(parseIpv6(text)).toEqual(groups === undefined ? undefined : Uint8Array.from(Buffer.from(groups.replaceAll(" ", ""), "hex")));
});
