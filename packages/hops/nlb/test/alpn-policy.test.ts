import { expect, test } from "vitest";
import { chooseAlpn } from "../src/alpn-policy.ts";

const both = ["http/1.1", "h2"];
test.each<[policy: string | undefined, offered: string[], chosen: string | undefined]>([
  [undefined, both, undefined],
  ["None", both, undefined],
  ["HTTP1Only", both, "http/1.1"],
  ["HTTP1Only", ["http/1.0", "h2"], "http/1.0"],
  ["HTTP1Only", ["h2"], undefined],
  ["HTTP2Only", both, "h2"],
  ["HTTP2Only", ["http/1.1"], undefined],
  ["HTTP2Optional", ["h2", "http/1.1"], "http/1.1"],
  ["HTTP2Optional", ["h2"], "h2"],
  ["HTTP2Preferred", both, "h2"],
  ["HTTP2Preferred", ["http/1.0", "http/1.1"], "http/1.1"],
  ["HTTP2Preferred", ["spdy/3"], undefined],
  ["HTTP2Preferred", [], undefined],
])("policy %s and a client that offers %j: %s", (policy, offered, chosen) => expect(chooseAlpn(policy, offered)).toBe(chosen));
