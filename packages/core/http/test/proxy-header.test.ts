import { expect, test } from "vitest";
import { encodeLocalProxyHeader, encodeProxyHeader, type ProxiedConnection } from "../src/index.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const source = { address: "192.0.2.1", port: 49_152 };
const destination = { address: "198.51.100.7", port: 443 };

test.each<[string, ProxiedConnection, string | undefined]>([
  ["IPv4", { source, destination }, "21 11 000c c0000201 c6336407 c000 01bb"],
  [
    "IPv6",
    { source: { address: "2001:db8::1", port: 1 }, destination: { address: "2001:db8::2", port: 2 } },
    "21 21 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 0001 0002",
  ],
  [
    "with the TLV of a VPC endpoint",
    { source, destination, tlvs: [{ type: 0xea, value: Uint8Array.of(0x01, 0x76, 0x70, 0x63) }] },
    "21 11 0013 c0000201 c6336407 c000 01bb ea 0004 01767063",
  ],
  ["two families", { source, destination: { address: "::1", port: 1 } }, undefined],
])("%s", (_name, connection, expected) => {
  const header = encodeProxyHeader(connection);
  const text = header && Buffer.from(header).toString("hex");
  expect(text).toBe(expected && SIGNATURE + expected.replaceAll(" ", ""));
});

test("the header of a connection that carries nobody's traffic", () => {
  expect(Buffer.from(encodeLocalProxyHeader()).toString("hex")).toBe(`${SIGNATURE}20000000`);
});
