// aws-load-balancer-subnets, or those the load balancer has, or those found by their tags (pkg/networking/subnet_resolver.go).
import type { LoadBalancer } from "@loopway/model";
import { readList, reportAnnotation } from "./annotations.ts";
import { report, type ServiceBuild } from "./service-build.ts";
import type { Subnet } from "./vpc.ts";

const SUFFIX = "aws-load-balancer-subnets";

/** Named ones in the order of the annotation; found ones by id. */
export function resolveSubnets(build: ServiceBuild, scheme: string, existing: LoadBalancer | undefined): Subnet[] {
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
  const { subnets } = build.vpc;
  const ids = named.filter((nameOrId) => nameOrId.startsWith("subnet-"));
  const knownIds = ids.filter((wanted) => subnets.some(({ id }) => id === wanted));
  const missingNames = named.filter((wanted) => !ids.includes(wanted) && !subnets.some(({ name }) => name === wanted));
  if (knownIds.length < ids.length)
    reportAnnotation(build, SUFFIX, `couldn't find all subnets, want: [${ids.join(" ")}], found: [${knownIds.join(" ")}]`);
  if (missingNames.length > 0) reportAnnotation(build, SUFFIX, `couldn't find all subnets, missing names: [${missingNames.join(" ")}]`);
  if (named.length === 0) reportAnnotation(build, SUFFIX, "unable to resolve at least one subnet");
  const resolved = named.flatMap((nameOrId) => subnets.find(({ id, name }) => id === nameOrId || name === nameOrId) ?? []);
  reportSharedZones(build, resolved);
  return resolved;
}

function reportSharedZones(build: ServiceBuild, subnets: readonly Subnet[]): void {
  const byZone = Object.entries(Object.groupBy(subnets, ({ availabilityZone }) => availabilityZone));
  for (const [zone, inZone = []] of byZone) {
    const ids = inZone.map(({ id }) => id).join(" ");
    if (inZone.length > 1) reportAnnotation(build, SUFFIX, `multiple subnets in same Availability Zone ${zone}: [${ids}]`);
  }
}
