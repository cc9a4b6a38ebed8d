import { DEFAULT_QUOTAS, type EndpointSlice, type Target, type TargetGroup } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { admitTargets } from "../../src/target-registration/admit-targets.ts";
import { targetRegistrationController } from "../../src/target-registration/reconcile.ts";
import { backend, ingress, rule, settledWorld } from "../load-balancer/objects.ts";
import { service } from "../objects.ts";

const targets = (count: number, first = 0): Target[] =>
  Array.from({ length: count }, (_, index) => ({ id: `10.0.${(first + index) >> 8}.${(first + index) & 255}`, port: 80 }));

const cases: [name: string, wanted: number, registered: Target[], room: number, admitted: number][] = [
  ["all that there is room for", 1000, [], 1000, 1000],
  ["a call that asks for more than there is room registers none of its 200", 1001, [], 1000, 1000],
  ["calls before it stand", 450, [], 420, 400],
  ["a single call too large registers nothing", 150, [], 100, 0],
  ["what is registered stays, and counts", 301, targets(101), 300, 101],
  ["what is registered stays even where the quota has sunk", 3, targets(3), 1, 3],
];
test.each(cases)("%s", (_name, wanted, registered, room, admitted) => {
  const admission = admitTargets(targets(wanted), registered, room);
  expect(admission.targets).toEqual(targets(admitted));
  expect(admission.isFull).toBe(admitted < wanted);
});

function sliceOf(name: string, count: number, first = 0): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ port: 80 }],
    endpoints: targets(count, first).map(({ id }, index) => ({
      addresses: [id],
      conditions: { ready: true },
      targetRef: { kind: "Pod", name: `${name}-${index}`, namespace: "default" },
    })),
  };
}
const ip = { "target-type": "ip" };
const toBoth = { rules: [rule(undefined, ["/a", "Exact", backend("a")], ["/b", "Exact", backend("b")])] };
const countsOf = (world: ReturnType<typeof settledWorld>) => world.list<TargetGroup>("TargetGroup").map(({ spec }) => spec.targets?.length);

test("strictly, the 1,001st target of a group is refused, and the binding hears it", () => {
  const only = { rules: [rule(undefined, ["/a", "Exact", backend("a")])] };
  const objects = [service("a"), sliceOf("a", 1001), ingress("shop", only, ip)];
  const strict = settledWorld([loadBalancerController, targetRegistrationController], { strict: true }, ...objects);
  expect(countsOf(strict)).toEqual([1000]);
  expect(strict.eventsAbout("TargetGroupBinding")).toContain(
    "FailedReconcile: Failed reconcile due to TooManyTargets: You've reached the limit on the number of targets",
  );
  expect(countsOf(settledWorld([loadBalancerController, targetRegistrationController], { strict: false }, ...objects))).toEqual([1001]);
});

test("the groups of one load balancer share its quota", () => {
  const world = settledWorld([loadBalancerController, targetRegistrationController], { strict: true }, service("a"), service("b"));
  world.settings.quotas = { targetsPerLoadBalancer: 300 };
  world.create(sliceOf("a", 200), ingress("shop", toBoth, ip));
  world.settle();
  world.create(sliceOf("b", 150, 200));
  world.settle();
  expect(countsOf(world).toSorted()).toEqual([0, 200]);
  expect(DEFAULT_QUOTAS.targetsPerLoadBalancer).toBe(1000);
});

test("groups that come together share it too", () => {
  const world = settledWorld([loadBalancerController, targetRegistrationController], { strict: true }, service("a"), service("b"));
  world.settings.quotas = { targetsPerLoadBalancer: 300 };
  world.create(sliceOf("a", 200), sliceOf("b", 150, 200), ingress("shop", toBoth, ip));
  world.settle();
  expect(countsOf(world).toSorted()).toEqual([0, 200]);
  expect(world.eventsAbout("TargetGroupBinding").filter((event) => event.includes("TooManyTargets"))).not.toEqual([]);
});
