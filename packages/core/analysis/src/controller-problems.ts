// What controllers had to say, as problems. An Event has one sentence; where the sentence is about an IngressGroup, the group is built once
// more for the place of every problem in it.
import { groupProblems, membershipOf } from "@loopway/controllers";
import type { Change, ReconcileInput, Snapshot } from "@loopway/kube";
import { type Ingress, type KubeObject, objectKey, type Problem, splitKey } from "@loopway/model";
import { objectProblem } from "./object-problem.ts";

type EventChange = Extract<Change, { op: "event" }>;

/** Waiting for something that only a running product lacks is no problem of the manifests. */
const TOLD = new Set(["WaitingForIngressClass", "WaitingForHostedZone", "WaitingForLoadBalancer"]);
/** Of what other controllers say, these keep their object from working. */
const FATAL = new Set(["FailedLoadGroupID", "FailedScheduling", "PortRangeFull", "ServiceCIDRFull"]);

export class EventLog {
  readonly #events = new Map<string, EventChange>();

  /** An Event that says again what was said of the object is the same one; most say that something went well. */
  add(event: EventChange): void {
    const { about, type, reason, message } = event;
    if (type !== "Warning" && !TOLD.has(reason)) return;
    this.#events.set([about.kind, objectKey(about), reason, message].join("\n"), event);
  }

  /** The group's problems for Ingresses that are members of one, each Event's sentence for everything else. */
  problems(input: Omit<ReconcileInput, "key">): Problem[] {
    const { snapshot } = input;
    const problems: Problem[] = [];
    const groups = new Set<string>();
    for (const event of this.#events.values()) {
      const about = snapshot.get(event.about.kind, event.about.metadata.namespace, event.about.metadata.name);
      if (about === undefined) continue;
      const groupId = event.component === "ingress" ? groupOfMember(about, snapshot) : undefined;
      if (groupId !== undefined) groups.add(groupId);
      else problems.push(eventProblem(event, about));
    }
    for (const groupId of groups) problems.push(...groupProblems(groupId, input).map((problem) => withSource(problem, snapshot)));
    return problems;
  }
}

function groupOfMember(object: KubeObject, snapshot: Snapshot): string | undefined {
  const membership = object.kind === "Ingress" ? membershipOf(object as Ingress, snapshot) : undefined;
  return membership?.kind === "member" ? membership.groupId : undefined;
}

function eventProblem({ reason, message }: EventChange, about: KubeObject): Problem {
  return objectProblem(about, { code: reason, message, severity: FATAL.has(reason) ? "error" : "warning" });
}

function withSource(problem: Problem, snapshot: Snapshot): Problem {
  const { namespace, name } = splitKey(problem.object?.replace(/^Ingress /, "") ?? "");
  const ingress = snapshot.get<Ingress>("Ingress", namespace, name);
  return ingress === undefined ? problem : objectProblem(ingress, problem);
}
