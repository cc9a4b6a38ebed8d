import { controllers } from "@loopway/controllers";
import type { Controller, ControllerSettings } from "@loopway/kube";
import { addressPlan, type KubeObject, type Problem } from "@loopway/model";
import { admitObjects } from "./admit-objects.ts";
import { checkTargets, usedTargetGroups } from "./check-targets.ts";
import { compileLoadBalancers } from "./compile-load-balancers.ts";
import { EventLog } from "./controller-problems.ts";
import { kubelet } from "./run-pods.ts";
import type { Settled, SettleOptions } from "./settled.ts";
import { World } from "./world.ts";

/**
 * Services, which wait for nothing; then pods, the last link of their chain before the others: what is counted is then complete, and what needs
 * addresses finds them.
 */
const BEFORE_PODS_RUN = ["service", "scheduler", "replica-set", "stateful-set", "daemon-set", "job", "deployment"];
const inOrder: readonly Controller[] = [
  ...BEFORE_PODS_RUN.flatMap((name) => controllers.filter((controller) => controller.name === name)),
  kubelet,
  ...controllers.filter(({ name }) => !BEFORE_PODS_RUN.includes(name)),
];

/**
 * The manifests' fixed point, without a cluster and in virtual time. Never throws for what objects say: what is refused, by the API or by
 * a controller, is among the problems, and everything else goes on without it. Namespaces that nobody gives are there.
 */
export function settle(objects: readonly KubeObject[], options: SettleOptions): Settled {
  const { strict, now, seed = 1, instance = 0, compileRegex, lbcVersion, quotas } = options;
  const admitted = admitObjects(objects);
  const panics = new Map<string, Problem>();
  const events = new EventLog();
  const settings: ControllerSettings = {
    plan: addressPlan(instance),
    strict,
    serves: { https: true },
    room: "vpc",
    ...(lbcVersion === undefined ? {} : { lbcVersion }),
    ...(quotas === undefined ? {} : { quotas }),
  };
  const world = new World({
    controllers: inOrder,
    settings,
    now,
    seed,
    onEvent: (event) => events.add(event),
    onPanic: (controller, key, error) => panics.set(`${controller} ${key}`, panicProblem(controller, key, error)),
  });
  world.create([...namespacesOf(admitted.objects), ...admitted.objects]);
  world.settle();
  const compiled = compileLoadBalancers(world.snapshot, compileRegex);
  world.writeStatuses(checkTargets(world.snapshot, usedTargetGroups(world.snapshot)));
  const { snapshot } = world;
  const told = events.problems({ snapshot, settings, now: world.now, random: world.random });
  const problems = [...admitted.problems, ...panics.values(), ...told, ...compiled.problems];
  return { snapshot, loadBalancers: compiled.loadBalancers, problems, ignored: admitted.ignored };
}

/** Of objects whose Namespace is in another folder, or was there before. */
function namespacesOf(objects: readonly KubeObject[]): KubeObject[] {
  const given = new Set(objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name));
  const used = new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []));
  return [...used]
    .filter((name) => !given.has(name))
    .map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { "kubernetes.io/metadata.name": name } } }));
}

/** Nothing that was admitted should be able to do this: a defect of Loopway, told with the object that found it. */
function panicProblem(controller: string, key: string, error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "ControllerPanicked",
    message: `the ${controller} controller stopped at ${key}: ${reason}`,
    severity: "error",
    object: key,
  };
}
