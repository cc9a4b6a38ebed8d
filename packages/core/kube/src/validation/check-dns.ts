/** kubernetes/pkg/apis/core/validation, validateDNSPolicy and validatePodDNSConfig; the form of search domains is not looked at. */
import { DNS_LIMITS, type PodSpec, parseIpv4, parseIpv6 } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { invalidValue, notSupported, required } from "./causes.ts";

const POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];

/** `field`: of the pod's spec. */
export function dnsCauses({ dnsPolicy, dnsConfig }: Pick<PodSpec, "dnsPolicy" | "dnsConfig">, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  if (dnsPolicy !== undefined && !POLICIES.includes(dnsPolicy)) causes.push(notSupported(`${field}.dnsPolicy`, dnsPolicy, POLICIES));
  const config = `${field}.dnsConfig`;
  if (dnsConfig === undefined) {
    if (dnsPolicy === "None") causes.push(required(config, "must provide `dnsConfig` when `dnsPolicy` is None"));
    return causes;
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  if (dnsPolicy === "None" && nameservers.length === 0) {
    return [...causes, required(`${config}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None")];
  }
  if (nameservers.length > DNS_LIMITS.nameservers)
    causes.push(invalidValue(`${config}.nameservers`, nameservers, `must not have more than ${DNS_LIMITS.nameservers} nameservers`));
  for (const [index, nameserver] of nameservers.entries()) {
    if (parseIpv4(nameserver) ?? parseIpv6(nameserver)) continue;
    const words = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    causes.push(invalidValue(`${config}.nameservers[${index}]`, nameserver, words));
  }
  if (searches.length > DNS_LIMITS.searches)
    causes.push(invalidValue(`${config}.searches`, searches, `must not have more than ${DNS_LIMITS.searches} search paths`));
  if (searches.join(" ").length > DNS_LIMITS.searchCharacters) {
    const words = `must not have more than ${DNS_LIMITS.searchCharacters} characters (including spaces) in the search list`;
    causes.push(invalidValue(`${config}.searches`, searches, words));
  }
  for (const [index, { name = "" }] of options.entries()) {
    if (name === "") causes.push(required(`${config}.options[${index}]`, "must not be empty"));
  }
  return causes;
}
