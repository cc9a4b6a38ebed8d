/** Security policies of ELB: which TLS versions and ciphers a listener takes. Source: NLB and ALB guides, "Security policies". */

export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

export interface SecurityPolicy {
  minVersion: TlsVersion;
  maxVersion: TlsVersion;
  /** Names of OpenSSL, those of TLS 1.3 first; in the load balancer's order of preference. */
  ciphers: readonly string[];
}

const TLS13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
/** FIPS: without ChaCha20. */
const TLS13_FIPS = TLS13.slice(0, 2);

const bothKeys = (suffix: string) => [`ECDHE-ECDSA-${suffix}`, `ECDHE-RSA-${suffix}`];
const GCM_ONLY = ["AES128-GCM-SHA256", "AES256-GCM-SHA384"].flatMap(bothKeys);
const SHA_2 = ["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA384"].flatMap(bothKeys);
const SHA_1 = ["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA", "AES256-GCM-SHA384", "AES256-SHA384", "AES256-SHA"].flatMap(bothKeys);
const STATIC_SHA_2 = ["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"];
const STATIC_SHA_1 = ["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA", "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA"];
const ALL = [...SHA_1, ...STATIC_SHA_1];

const upTo12 = (minVersion: TlsVersion, ciphers: readonly string[]): SecurityPolicy => ({ minVersion, maxVersion: "TLSv1.2", ciphers });
const upTo13 = (minVersion: TlsVersion, ciphers: readonly string[]): SecurityPolicy => ({ minVersion, maxVersion: "TLSv1.3", ciphers });

/** By what stands between "ELBSecurityPolicy-TLS13-" and the date; the same with "PQ-" and another date. */
const OF_TLS13: Readonly<Record<string, { minVersion: TlsVersion; ciphers: readonly string[] }>> = {
  "1-3": { minVersion: "TLSv1.3", ciphers: [] },
  "1-2": { minVersion: "TLSv1.2", ciphers: SHA_2 },
  "1-2-Res": { minVersion: "TLSv1.2", ciphers: GCM_ONLY },
  "1-2-Ext1": { minVersion: "TLSv1.2", ciphers: [...SHA_2, ...STATIC_SHA_2] },
  "1-2-Ext2": { minVersion: "TLSv1.2", ciphers: ALL },
  "1-1": { minVersion: "TLSv1.1", ciphers: ALL },
  "1-0": { minVersion: "TLSv1", ciphers: ALL },
};
const OF_TLS13_FIPS: typeof OF_TLS13 = {
  ...OF_TLS13,
  "1-2-Ext0": { minVersion: "TLSv1.2", ciphers: SHA_1 },
};

export const securityPolicies: Readonly<Record<string, SecurityPolicy>> = {
  ...Object.fromEntries(
    Object.entries(OF_TLS13).flatMap(([name, { minVersion, ciphers }]) => {
      const policy = upTo13(minVersion, [...TLS13, ...ciphers]);
      return ["2021-06", "PQ-2025-09"].map((date) => [`ELBSecurityPolicy-TLS13-${name}-${date}`, policy]);
    }),
  ),
  ...Object.fromEntries(
    Object.entries(OF_TLS13_FIPS).flatMap(([name, { minVersion, ciphers }]) => {
      const policy = upTo13(minVersion, [...TLS13_FIPS, ...ciphers]);
      return ["2023-04", "PQ-2025-09"].map((date) => [`ELBSecurityPolicy-TLS13-${name}-FIPS-${date}`, policy]);
    }),
  ),
  "ELBSecurityPolicy-FS-2018-06": upTo12("TLSv1", SHA_1),
  "ELBSecurityPolicy-FS-1-1-2019-08": upTo12("TLSv1.1", SHA_1),
  "ELBSecurityPolicy-FS-1-2-2019-08": upTo12("TLSv1.2", SHA_1),
  "ELBSecurityPolicy-FS-1-2-Res-2019-08": upTo12("TLSv1.2", SHA_2),
  "ELBSecurityPolicy-FS-1-2-Res-2020-10": upTo12("TLSv1.2", GCM_ONLY),
  "ELBSecurityPolicy-TLS-1-2-2017-01": upTo12("TLSv1.2", [...SHA_2, ...STATIC_SHA_2]),
  "ELBSecurityPolicy-TLS-1-2-Ext-2018-06": upTo12("TLSv1.2", ALL),
  "ELBSecurityPolicy-TLS-1-1-2017-01": upTo12("TLSv1.1", ALL),
  "ELBSecurityPolicy-TLS-1-0-2015-04": upTo12("TLSv1", [...ALL, "DES-CBC3-SHA"]),
  "ELBSecurityPolicy-2015-05": upTo12("TLSv1", ALL),
  "ELBSecurityPolicy-2016-08": upTo12("TLSv1", ALL),
};

/** Where the listener names none, or one that is not in the table: the API's default, with TLS 1.3. */
const FALLBACK = upTo13("TLSv1.2", [...TLS13, ...ALL]);

export function securityPolicyOf(name: string | undefined): SecurityPolicy {
  return (name === undefined ? undefined : securityPolicies[name]) ?? FALLBACK;
}

/** NLB guide, "Security policies": to TLS targets, whatever versions the clients may use. */
export function targetSecurityPolicyOf({ maxVersion }: SecurityPolicy): SecurityPolicy {
  const name = maxVersion === "TLSv1.3" ? "ELBSecurityPolicy-TLS13-1-0-2021-06" : "ELBSecurityPolicy-2016-08";
  return securityPolicyOf(name);
}
