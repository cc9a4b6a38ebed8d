// aws-load-balancer-eip-allocations, -private-ipv4-addresses, -ipv6-addresses, -source-nat-ipv6-prefixes: one value per subnet
// (pkg/service/model_build_load_balancer.go, pkg/networking/utils.go).
import { isInCidr, parseIpv4, parseIpv6, type SubnetMapping } from "@loopway/model";
import { readList, reportAnnotation } from "./annotations.ts";
import type { Frontend, ServiceBuild } from "./service-build.ts";
import type { Subnet } from "./vpc.ts";

type Edge = Pick<Frontend, "scheme" | "ipAddressType" | "subnets">;

/** What an annotation gives every subnet: in order, or by the subnet that an address lies in. */
interface Family {
  suffix: string;
  /** As the controller calls it. */
  title: string;
  allowed: boolean;
  refusal: string;
  field: "privateIPv4Address" | "ipv6Address";
  /** In the controller's "must be valid … address". */
  family: "IPv4" | "IPv6";
}

export function buildSubnetMappings(build: ServiceBuild, edge: Edge, takesSourceNat: boolean): SubnetMapping[] {
  const isDualStack = edge.ipAddressType === "dualstack";
  const allocations = readAllocations(build, edge);
  const privateAddresses = placeAddresses(build, edge, {
    suffix: "aws-load-balancer-private-ipv4-addresses",
    title: "private IPv4 addresses",
    allowed: edge.scheme === "internal",
    refusal: "private IPv4 addresses can only be set for internal load balancers",
    field: "privateIPv4Address",
    family: "IPv4",
  });
  const ipv6Addresses = placeAddresses(build, edge, {
    suffix: "aws-load-balancer-ipv6-addresses",
    title: "IPv6 addresses",
    allowed: isDualStack,
    refusal: "IPv6 addresses can only be set for dualstack load balancers",
    field: "ipv6Address",
    family: "IPv6",
  });
  const prefixes = readSourceNatPrefixes(build, edge, takesSourceNat);
  return edge.subnets.map(({ id }, index) => ({
    subnetID: id,
    ...(allocations === undefined ? {} : { allocationID: allocations[index] ?? "" }),
    ...privateAddresses[index],
    ...ipv6Addresses[index],
    ...(prefixes === undefined ? {} : { sourceNATIPv6Prefix: prefixes[index] ?? "" }),
  }));
}

function readAllocations(build: ServiceBuild, { scheme, subnets }: Edge): string[] | undefined {
  const suffix = "aws-load-balancer-eip-allocations";
  const allocations = readList(build, suffix);
  const problem = allocations && allocationsProblem(allocations, scheme, subnets.length);
  if (problem !== undefined) reportAnnotation(build, suffix, problem);
  return allocations;
}

/** Of elastic IPs, one per subnet. */
export function allocationsProblem(allocations: readonly string[], scheme: string, subnetCount: number): string | undefined {
  if (scheme !== "internet-facing") return "EIP allocations can only be set for internet facing load balancers";
  return allocations.length === subnetCount
    ? undefined
    : `count of EIP allocations (${allocations.length}) and subnets (${subnetCount}) must match`;
}

/** Exactly one address must lie in each subnet, in whatever order they are written. */
function placeAddresses(build: ServiceBuild, { subnets }: Edge, wanted: Family): Partial<SubnetMapping>[] {
  const { suffix, title, family, field } = wanted;
  const addresses = readList(build, suffix);
  if (addresses === undefined) return [];
  const problem = wanted.allowed ? addressProblem(addresses, subnets.length, wanted) : wanted.refusal;
  if (problem !== undefined) {
    reportAnnotation(build, suffix, problem);
    return [];
  }
  return subnets.map((subnet, index) => {
    if (subnet.cidr === undefined) return { [field]: addresses[index] ?? "" };
    const [inside, ...others] = addresses.filter((address) => cidrsOf(subnet, family).some((cidr) => isInCidr(address, cidr)));
    if (inside !== undefined && others.length === 0) return { [field]: inside };
    const one = title.replace(/es$/, "");
    reportAnnotation(build, suffix, `expect one ${one} configured for subnet: ${subnet.id}`);
    return {};
  });
}

function cidrsOf({ cidr, ipv6Cidrs }: Subnet, family: Family["family"]): readonly string[] {
  return family === "IPv4" ? [cidr ?? []].flat() : ipv6Cidrs;
}

function addressProblem(addresses: readonly string[], subnetCount: number, { title, family }: Family): string | undefined {
  if (addresses.length !== subnetCount) return `count of ${title} (${addresses.length}) and subnets (${subnetCount}) must match`;
  const isAddress = (text: string) => parseIpv4(text) !== undefined || parseIpv6(text) !== undefined;
  const stranger = addresses.find((address) => !isAddress(address));
  if (stranger !== undefined) return `${title} must be valid IP address: ${stranger}`;
  const parse = family === "IPv4" ? parseIpv4 : parseIpv6;
  const wrong = addresses.find((address) => parse(address) === undefined);
  return wrong === undefined ? undefined : `${title} must be valid ${family} address: ${wrong}`;
}

function readSourceNatPrefixes(build: ServiceBuild, { ipAddressType, subnets }: Edge, isEnabled: boolean): string[] | undefined {
  const suffix = "aws-load-balancer-source-nat-ipv6-prefixes";
  const prefixes = readList(build, suffix);
  if (prefixes === undefined) return undefined;
  const refuse = (message: string) => reportAnnotation(build, suffix, message);
  if (ipAddressType !== "dualstack")
    refuse("source-nat-ipv6-prefixes annotation can only be set for Network Load Balancers using Dualstack IP address type.");
  else if (!isEnabled)
    refuse("source-nat-ipv6-prefixes annotation is only applicable if enable-prefix-for-ipv6-source-nat annotation is set to on.");
  else if (prefixes.length !== subnets.length)
    refuse(`Number of values in source-nat-ipv6-prefixes (${prefixes.length}) must match the number of subnets (${subnets.length}).`);
  else
    for (const [index, prefix] of prefixes.entries()) {
      const problem = prefixProblem(prefix, subnets[index]?.ipv6Cidrs ?? []);
      if (problem !== undefined) refuse(`Invalid value in source-nat-ipv6-prefixes: ${prefix}.${problem}`);
    }
  return prefixes;
}

/** Empty text: nothing more to say than that it is no prefix. */
function prefixProblem(prefix: string, cidrs: readonly string[]): string | undefined {
  if (prefix === "auto_assigned") return undefined;
  const [address = "", length] = prefix.split("/");
  if (length === undefined) return "";
  // AWS takes /80 only.
  if (length !== "80") return ` Prefix length must be 80, but ${length} is specified.`;
  if (parseIpv6(address) === undefined) return " Value must be a valid IPv6 CIDR.";
  return cidrs.some((cidr) => isInCidr(address, cidr)) ? undefined : ` Value must be within subnet CIDR range: [${cidrs.join(" ")}].`;
}
