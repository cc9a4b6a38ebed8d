import { join } from "node:path";
import { ObjectCache, type Snapshot } from "@loopway/kube";
import { addressPlan, type Ingress, type KubeObject, objectKey, type Problem, type Service } from "@loopway/model";
import { seededRandom, vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { buildStack } from "../src/load-balancer/build-stack.ts";
import { defaultFlags } from "../src/load-balancer/flags.ts";
import { loadGroup, membershipOf } from "../src/load-balancer/ingress-group.ts";
import { startBuild } from "../src/load-balancer/stack-build.ts";
import { buildNetworkLoadBalancer } from "../src/network-load-balancer/build-stack.ts";
import { defaultServiceFlags } from "../src/network-load-balancer/flags.ts";
import { vpcOf } from "../src/network-load-balancer/vpc.ts";
import { serviceController } from "../src/service/reconcile.ts";
import { albClass } from "./load-balancer/objects.ts";
import { READ_KINDS, readSet, setsIn } from "./real-manifests/read-set.ts";
import { createWorld } from "./world.ts";

const folder = vectorsFolder("real-manifests");
const plan = addressPlan(0);

/** Built, or why not; "left" where no controller here takes the object. */
type Outcome = "built" | "left" | { refused: readonly Problem[] };

/** As the API would hold them, beside the class that comes with the controller: Services with defaults, clusterIPs and nodePorts. */
function applied(objects: readonly KubeObject[]): ObjectCache {
  const byKey = new Map([albClass, ...objects].map((object) => [`${object.kind} ${objectKey(object)}`, object]));
  const world = createWorld([serviceController]);
  world.create(...byKey.values());
  world.settle();
  const snapshot = new ObjectCache();
  for (const kind of READ_KINDS) snapshot.replace(kind, world.list(kind));
  return snapshot;
}

/** The whole group of the Ingress, strictly. */
function buildIngress(ingress: Ingress, snapshot: Snapshot): Outcome {
  const membership = membershipOf(ingress, snapshot);
  if (membership.kind !== "member") return "left";
  const { groupId } = membership;
  const { members } = loadGroup(groupId, snapshot);
  const settings = { plan, strict: true, serves: { https: true } };
  const build = startBuild({ groupId, members, snapshot, settings, random: seededRandom(1), flags: defaultFlags });
  return buildStack(build) === undefined ? { refused: build.problems.filter(({ severity }) => severity === "error") } : "built";
}

function buildService(service: Service, snapshot: Snapshot): Outcome {
  const built = buildNetworkLoadBalancer(service, { snapshot, flags: defaultServiceFlags, vpc: vpcOf(plan) });
  if (built.kind === "refused") return { refused: built.problems };
  return built.kind === "built" ? "built" : "left";
}

/** Each variant of an object stands among all others of its set. */
function buildAll(set: readonly KubeObject[]): { object: KubeObject; outcome: Outcome }[] {
  const base = applied(set);
  const ingresses = set.filter((object): object is Ingress => object.kind === "Ingress");
  const services = set.filter((object): object is Service => object.kind === "Service" && isLoadBalancer(object));
  return [
    ...ingresses.map((object) => ({ object, outcome: buildIngress(object, withObject(base, object)) })),
    ...services.map((object) => ({ object, outcome: buildApplied(object, applied([...set, object])) })),
  ];
}

function isLoadBalancer(object: KubeObject): boolean {
  return (object as Service).spec.type === "LoadBalancer";
}

function withObject(base: ObjectCache, object: KubeObject): Snapshot {
  const snapshot = base.fork();
  snapshot.put(object);
  return snapshot;
}

function buildApplied({ metadata: { name, namespace } }: Service, snapshot: Snapshot): Outcome {
  const service = snapshot.get<Service>("Service", namespace, name);
  return service === undefined ? "left" : buildService(service, snapshot);
}

/** By its path, or in words: the annotation. */
function namesField({ path = "", message }: Problem, { metadata }: KubeObject): boolean {
  const suffixes = Object.keys(metadata.annotations ?? {}).map((key) => key.slice(key.indexOf("/") + 1));
  return path !== "" || suffixes.some((suffix) => message.includes(suffix));
}

describe.skipIf(folder === undefined)("other people's manifests build a stack, or are refused by object and field", () => {
  test.each(folder === undefined ? [] : setsIn(folder))("%s", (name) => {
    for (const { object, outcome } of buildAll(readSet(join(folder ?? "", name)))) {
      const refused = typeof outcome === "object" ? outcome.refused : [];
      if (typeof outcome === "object") expect(refused, `${object.kind} ${objectKey(object)} says why`).not.toEqual([]);
      for (const problem of refused) expect(problem).toSatisfy((told: Problem) => told.object !== undefined && namesField(told, object));
    }
  });
});
