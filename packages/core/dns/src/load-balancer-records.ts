import { type LoadBalancer, parseIpv4, parseIpv6, resolvableAddresses } from "@loopway/model";
import { isFlaw } from "./flaw.ts";
import { nameKey, parentName, parseName } from "./name.ts";
import type { GroupDraft } from "./parse-record-set.ts";

/** Elastic Load Balancing's names live for 60 s ("Network Load Balancers", DNS name; same for ALB). */
const TTL_SECONDS = 60;
/** A load balancer's name is one label in one of these: ALB and NLB differ in the order of words. */
const elbZone = /^(?:elb\.[a-z0-9-]+|[a-z0-9-]+\.elb)\.amazonaws\.com\.$/;

/**
 * The records that AWS itself keeps for load balancers, by the zone they lie in: one address per availability zone, and the same below
 * `dualstack.`, which the console writes into aliases. A load balancer without addresses has no name yet.
 */
export function buildLoadBalancerRecords(loadBalancers: readonly LoadBalancer[]): Map<string, GroupDraft[]> {
  const recordsByZone = new Map<string, GroupDraft[]>();
  for (const loadBalancer of loadBalancers) {
    const name = parseName(loadBalancer.status?.dnsName ?? "", { radix: 8, origin: "." });
    if (isFlaw(name)) continue;
    const key = nameKey(name);
    const zone = parentName(key) ?? ".";
    if (!elbZone.test(zone)) continue;
    const addresses = resolvableAddresses(loadBalancer);
    const groups = [...groupOf("A", addresses, parseIpv4), ...groupOf("AAAA", addresses, parseIpv6)];
    const records = groups.flatMap((group) => [
      { ...group, name: key },
      { ...group, name: `dualstack.${key}` },
    ]);
    recordsByZone.set(zone, [...(recordsByZone.get(zone) ?? []), ...records]);
  }
  return recordsByZone;
}

function groupOf(type: string, addresses: readonly string[], parse: (text: string) => Uint8Array | undefined): Omit<GroupDraft, "name">[] {
  const parsed = [...new Set(addresses)].flatMap((text) => ({ text, octets: parse(text) }));
  const values = parsed.flatMap(({ text, octets }) => (octets === undefined ? [] : { text, data: [octets] }));
  if (values.length === 0) return [];
  return [{ type, ttl: TTL_SECONDS, values: values.map(({ data }) => data), texts: values.map(({ text }) => text) }];
}
