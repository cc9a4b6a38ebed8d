// aws-load-balancer-subnets, or those the load balancer has, or those found by their tags (pkg/networking/subnet_resolver.go).
import type { LoadBalancer } from "@loopway/model";
import { readList, reportAnnotation } from "./annotations.ts";
import { answers, report, type ServiceBuild } from "./service-build.ts";
import type { Subnet } from "./vpc.ts";

const SUFFIX = "aws-load-balancer-subnets";

/** Named ones in the order of the annotation; found ones by id. */
export function resolveSubnets(build: ServiceBuild, scheme: string, existing: LoadBalancer | undefined): Subnet[] {
  if (!answers(build, "DescribeSubnets")) return [];
  const named = readList(build, SUFFIX);
  if (named !== undefined) return resolveNamed(build, named);
  const { subnets } = build.vpc;
  const had = existing?.spec.scheme === scheme ? subnetsOf(existing) : [];
  if (had.length > 0) return subnets.filter(({ id }) => had.includes(id));
  if (subnets.length === 0) report(build, "", "couldn't auto-discover subnets: unable to resolve at least one subnet");
  return [...subnets].sort((left, right) => (left.id < right.id ? -1 : 1));
}

function subnetsOf({ spec }: LoadBalancer): string[] {
  return spec.subnetMappings?.map(({ subnetID }) => subnetID) ?? spec.subnets ?? [];
}

function resolveNamed(build: ServiceBuild, named: readonly string[]): Subnet[] {
  const { subnets, isComplete } = build.vpc;
  const resolved = named.map((nameOrId) => subnets.find(({ id, name }) => id === nameOrId || name === nameOrId));
  if (isComplete) reportMissing(build, named, resolved);
  if (named.length === 0) reportAnnotation(build, SUFFIX, "unable to resolve at least one subnet");
  const found = resolved.flatMap((subnet) => subnet ?? []);
  reportSharedZones(build, found);
  return isComplete ? found : named.map((nameOrId, index) => resolved[index] ?? unseen(nameOrId));
}

function unseen(nameOrId: string): Subnet {
  return { id: nameOrId, availabilityZone: nameOrId, ipv6Cidrs: [] };
}

function reportMissing(build: ServiceBuild, named: readonly string[], resolved: readonly (Subnet | undefined)[]): void {
  const ids = named.filter((nameOrId) => nameOrId.startsWith("subnet-"));
  const knownIds = ids.filter((id) => resolved.some((subnet) => subnet?.id === id));
  const missingNames = named.filter((nameOrId, index) => !ids.includes(nameOrId) && resolved[index] === undefined);
  if (knownIds.length < ids.length)
    reportAnnotation(build, SUFFIX, `couldn't find all subnets, want: [${ids.join(" ")}], found: [${knownIds.join(" ")}]`);
  if (missingNames.length > 0) reportAnnotation(build, SUFFIX, `couldn't find all subnets, missing names: [${missingNames.join(" ")}]`);
}

function reportSharedZones(build: ServiceBuild, subnets: readonly Subnet[]): void {
  const byZone = Object.entries(Object.groupBy(subnets, ({ availabilityZone }) => availabilityZone));
  for (const [zone, inZone = []] of byZone) {
    const ids = inZone.map(({ id }) => id).join(" ");
    if (inZone.length > 1) reportAnnotation(build, SUFFIX, `multiple subnets in same Availability Zone ${zone}: [${ids}]`);
  }
}
