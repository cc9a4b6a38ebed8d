import { expect, test } from "vitest";
import { securityPolicies, securityPolicyOf, targetSecurityPolicyOf } from "../src/security-policies.ts";

test.each<[name: string | undefined, min: string, max: string, ciphers: number]>([
  ["ELBSecurityPolicy-2016-08", "TLSv1", "TLSv1.2", 18],
  ["ELBSecurityPolicy-TLS-1-0-2015-04", "TLSv1", "TLSv1.2", 19],
  ["ELBSecurityPolicy-TLS-1-1-2017-01", "TLSv1.1", "TLSv1.2", 18],
  ["ELBSecurityPolicy-TLS-1-2-2017-01", "TLSv1.2", "TLSv1.2", 12],
  ["ELBSecurityPolicy-TLS-1-2-Ext-2018-06", "TLSv1.2", "TLSv1.2", 18],
  ["ELBSecurityPolicy-FS-2018-06", "TLSv1", "TLSv1.2", 12],
  ["ELBSecurityPolicy-FS-1-1-2019-08", "TLSv1.1", "TLSv1.2", 12],
  ["ELBSecurityPolicy-FS-1-2-Res-2020-10", "TLSv1.2", "TLSv1.2", 4],
  ["ELBSecurityPolicy-TLS13-1-3-2021-06", "TLSv1.3", "TLSv1.3", 3],
  ["ELBSecurityPolicy-TLS13-1-2-2021-06", "TLSv1.2", "TLSv1.3", 11],
  ["ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "TLSv1.2", "TLSv1.3", 7],
  ["ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", "TLSv1.2", "TLSv1.3", 15],
  ["ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "TLSv1.2", "TLSv1.3", 21],
  ["ELBSecurityPolicy-TLS13-1-1-2021-06", "TLSv1.1", "TLSv1.3", 21],
  ["ELBSecurityPolicy-TLS13-1-0-2021-06", "TLSv1", "TLSv1.3", 21],
  ["ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", "TLSv1.2", "TLSv1.3", 6],
  ["ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04", "TLSv1.2", "TLSv1.3", 14],
  ["ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", "TLSv1.3", "TLSv1.3", 3],
  ["ELBSecurityPolicy-Next", "TLSv1.2", "TLSv1.3", 21],
  [undefined, "TLSv1.2", "TLSv1.3", 21],
])("%s: %s to %s, %i ciphers", (name, min, max, ciphers) => {
  const policy = securityPolicyOf(name);
  expect([policy.minVersion, policy.maxVersion, policy.ciphers.length]).toEqual([min, max, ciphers]);
});

test.each([
  ["ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-0-2021-06"],
  ["ELBSecurityPolicy-FS-1-2-Res-2020-10", "ELBSecurityPolicy-2016-08"],
])("targets of a listener with %s: %s", (name, expected) =>
  expect(targetSecurityPolicyOf(securityPolicyOf(name))).toBe(securityPolicies[expected]),
);
