/** A pod's /etc/resolv.conf, as the kubelet writes it. Kubernetes, pkg/kubelet/network/dns/dns.go, GetPodDNS. */
import { type AddressPlan, clusterDnsAddress, DNS_LIMITS, type Pod } from "@loopway/model";

export interface ResolvConf {
  nameservers: readonly string[];
  searches: readonly string[];
  /** "ndots:5", "rotate". */
  options: readonly string[];
}

export interface NodeDns {
  /** kubelet's --cluster-dns. */
  clusterDns: string;
  /** The node's own file, which its pods of dnsPolicy Default get. */
  node: ResolvConf;
}

const CLUSTER_DOMAIN = "cluster.local";
const SERVICE_DOMAIN = `svc.${CLUSTER_DOMAIN}`;
/** apimachinery, DNS1123SubdomainMaxLength: glibc 2.28 aborts at a longer one. */
const MAX_SEARCH_LENGTH = 253;

/** Of EKS: the node asks the VPC's resolver; its search domain is left out. */
export function nodeDnsOf(plan: AddressPlan): NodeDns {
  return { clusterDns: clusterDnsAddress(plan), node: { nameservers: [plan.resolver], searches: [], options: [] } };
}

/** What is beyond the limits is left out, from the end. */
export function resolvConfOf({ metadata, spec }: Pod, { clusterDns, node }: NodeDns): ResolvConf {
  const { dnsConfig = {}, dnsPolicy = "ClusterFirst", hostNetwork = false } = spec;
  const isOfNode = dnsPolicy === "Default" || (dnsPolicy === "ClusterFirst" && hostNetwork);
  const inCluster: ResolvConf = {
    nameservers: [clusterDns],
    searches: [`${metadata.namespace ?? "default"}.${SERVICE_DOMAIN}`, SERVICE_DOMAIN, CLUSTER_DOMAIN, ...node.searches],
    options: ["ndots:5"],
  };
  const none: ResolvConf = { nameservers: [], searches: [], options: [] };
  const base = isOfNode ? node : dnsPolicy === "None" ? none : inCluster;
  return {
    nameservers: unique([...base.nameservers, ...(dnsConfig.nameservers ?? [])]).slice(0, DNS_LIMITS.nameservers),
    searches: fitting(unique([...base.searches, ...(dnsConfig.searches ?? [])])),
    options: mergeOptions(base.options, dnsConfig.options ?? []),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function fitting(searches: readonly string[]): string[] {
  const kept = searches.slice(0, DNS_LIMITS.searches).filter(({ length }) => length <= MAX_SEARCH_LENGTH);
  while (kept.join(" ").length > DNS_LIMITS.searchCharacters) kept.pop();
  return kept;
}

type DnsOption = NonNullable<NonNullable<Pod["spec"]["dnsConfig"]>["options"]>[number];

/** The pod's value of an option takes the place of the base's. */
function mergeOptions(base: readonly string[], own: readonly DnsOption[]): string[] {
  const values = new Map<string, string>();
  for (const option of base) {
    const [name = "", ...value] = option.split(":");
    values.set(name, value.join(":"));
  }
  for (const { name = "", value = "" } of own) values.set(name, value);
  return [...values].map(([name, value]) => (value === "" ? name : `${name}:${value}`));
}

/** The file's text: a line of search and of options where there are any. CRI, as containerd writes it. */
export function formatResolvConf({ nameservers, searches, options }: ResolvConf): string {
  const lines = [
    ...(searches.length === 0 ? [] : [`search ${searches.join(" ")}`]),
    ...nameservers.map((nameserver) => `nameserver ${nameserver}`),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
