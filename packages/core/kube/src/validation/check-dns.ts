/** kubernetes/pkg/apis/core/validation, validateDNSPolicy and validatePodDNSConfig; the form of search domains is not looked at. */
import { type PodSpec, parseIpv4, parseIpv6 } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { invalidValue, notSupported, required } from "./causes.ts";

const POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

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
  if (nameservers.length > MAX_NAMESERVERS)
    causes.push(invalidValue(`${config}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  for (const [index, nameserver] of nameservers.entries()) {
    if (parseIpv4(nameserver) ?? parseIpv6(nameserver)) continue;
    const words = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    causes.push(invalidValue(`${config}.nameservers[${index}]`, nameserver, words));
  }
  if (searches.length > MAX_SEARCHES)
    causes.push(invalidValue(`${config}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  if (searches.join(" ").length > MAX_SEARCH_CHARACTERS) {
    const words = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    causes.push(invalidValue(`${config}.searches`, searches, words));
  }
  for (const [index, { name = "" }] of options.entries()) {
    if (name === "") causes.push(required(`${config}.options[${index}]`, "must not be empty"));
  }
  return causes;
}
