// customer-owned-ipv4-pool, ipam-ipv4-pool-id and minimum-load-balancer-capacity (pkg/ingress/model_build_load_balancer.go).
import { type LoadBalancer, objectKey } from "@loopway/model";
import { readMap } from "./annotations.ts";
import { formatList, groupTexts, memberSettings, onlyAnnotated } from "./group-settings.ts";
import { reportTo, reportToGroup, type StackBuild } from "./stack-build.ts";

const CAPACITY_KEY = "CapacityUnits";

export function buildCustomerOwnedPool(build: StackBuild): Pick<LoadBalancer["spec"], "customerOwnedIPv4Pool"> {
  const suffix = "customer-owned-ipv4-pool";
  const empty = memberSettings(build, onlyAnnotated, ({ metadata }) => metadata.annotations?.[`alb.ingress.kubernetes.io/${suffix}`]);
  for (const { ingress } of empty.filter(({ value }) => value === ""))
    reportToGroup(build)(`cannot use empty value for ${suffix} annotation, ingress: ${objectKey(ingress)}`);
  const pools = groupTexts(build, suffix, onlyAnnotated);
  if (pools.length > 1) reportToGroup(build)(`conflicting CustomerOwnedIPv4Pool: ${formatList(pools)}`);
  const [pool] = pools;
  return pool === undefined ? {} : { customerOwnedIPv4Pool: pool };
}

export function buildIpamPool(build: StackBuild): Pick<LoadBalancer["spec"], "ipamPools"> {
  const pools = groupTexts(build, "ipam-ipv4-pool-id", ({ ipamConfiguration }) => ipamConfiguration?.ipv4IPAMPoolId);
  if (pools.length > 1) reportToGroup(build)(`conflicting IPAM IPv4 Pool ID: ${formatList(pools)}`);
  const [pool] = pools;
  return pool === undefined ? {} : { ipamPools: { ipv4IPAMPoolID: pool } };
}

export function buildCapacity(build: StackBuild): Pick<LoadBalancer["spec"], "minimumLoadBalancerCapacity"> {
  const settings = memberSettings(
    build,
    ({ minimumLoadBalancerCapacity }) => minimumLoadBalancerCapacity?.capacityUnits.toString(),
    (ingress) => {
      const place = { ingress, pointer: "/metadata/annotations" };
      const map = readMap("minimum-load-balancer-capacity", [ingress.metadata.annotations], reportTo(build, place)) ?? {};
      const unknown = Object.keys(map).find((key) => key !== CAPACITY_KEY);
      if (unknown !== undefined) reportToGroup(build)(`invalid key to set the capacity: ${unknown}, Expected key: ${CAPACITY_KEY}`);
      return map[CAPACITY_KEY];
    },
  );
  const [units, other] = new Set(settings.map(({ value }) => value));
  if (other !== undefined) reportToGroup(build)(`conflicting capacity reservation ${CAPACITY_KEY}: ${units} | ${other}`);
  return units === undefined ? {} : { minimumLoadBalancerCapacity: { capacityUnits: Number(units) } };
}
