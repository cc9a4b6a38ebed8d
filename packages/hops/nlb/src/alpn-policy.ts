/** What a policy lets the load balancer speak, in its order of preference. NLB guide, "ALPN policies". */
const PREFERENCES: Readonly<Record<string, readonly string[]>> = {
  None: [],
  HTTP1Only: ["http/1.1", "http/1.0"],
  HTTP2Only: ["h2"],
  HTTP2Optional: ["http/1.1", "http/1.0", "h2"],
  HTTP2Preferred: ["h2", "http/1.1", "http/1.0"],
};

/** The policy's order counts, not the client's. Undefined where they have none in common: then ALPN is not used at all. */
export function chooseAlpn(policy: string | undefined, offered: readonly string[]): string | undefined {
  return PREFERENCES[policy ?? "None"]?.find((protocol) => offered.includes(protocol));
}
