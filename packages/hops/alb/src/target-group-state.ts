/** A target group at run time: its targets by id, whose turn it is, and who may be picked. Outlives every table. */
import { candidateTargets, deregisterTarget, isDrained, pickRoundRobin, unusedTarget } from "@loopway/balancing";
import { type Address, attributeValue, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";
import { GroupTarget } from "./target.ts";

export interface GroupSurroundings {
  resolve(address: Address): Address;
  /** InternalIP of the node with this instance id; an address stands for itself. */
  addressOf(target: Target, targetType: TargetGroup["spec"]["targetType"]): string | undefined;
  /** How many load balancer nodes there are, which check the targets. */
  nodeCount(): number;
  closePool(key: string): void;
  abortPool(key: string): void;
  writeHealth(targetGroup: TargetGroup, health: TargetHealthDescription[]): void;
}

export class TargetGroupState {
  #object: TargetGroup;
  readonly #surroundings: GroupSurroundings;
  readonly #targetsById = new Map<string, GroupTarget>();
  /** Deregistered, with requests still under way. */
  readonly #draining = new Set<GroupTarget>();
  #candidates: readonly GroupTarget[] = [];
  #cursor = 0;
  #writtenHealth = "";

  constructor(object: TargetGroup, surroundings: GroupSurroundings) {
    this.#object = object;
    this.#surroundings = surroundings;
  }

  get arn(): string {
    return this.#object.status?.ackResourceMetadata?.arn ?? this.#object.spec.name;
  }

  get candidateCount(): number {
    return this.#candidates.length;
  }

  /** Brings the registered targets and their checks in line with the object. */
  update(object: TargetGroup, isUsed: boolean): void {
    this.#object = object;
    const wanted = new Map((object.spec.targets ?? []).map((target) => [`${target.id}:${target.port}`, target]));
    for (const [id, target] of this.#targetsById)
      if (this.#addressFor(wanted.get(id)) !== target.virtual.address) this.#deregister(id, target);
    for (const [id, target] of wanted) if (!this.#targetsById.has(id)) this.#register(id, target);
    for (const target of this.#targetsById.values()) {
      if (isUsed) target.keepChecked(() => this.#object.spec, this.#surroundings.nodeCount());
      else target.stopChecks(unusedTarget());
    }
    this.#changed();
  }

  #addressFor(target: Target | undefined): string | undefined {
    return target && this.#surroundings.addressOf(target, this.#object.spec.targetType);
  }

  #register(id: string, target: Target): void {
    const address = this.#addressFor(target);
    if (address === undefined) return;
    const surroundings = { resolve: this.#surroundings.resolve, onTransition: () => this.#changed() };
    this.#targetsById.set(id, new GroupTarget(this.#object.metadata.name, target, address, surroundings));
  }

  /** No new requests from now on. Idle connections end at once, those in flight may finish until the delay is over: then 502. */
  #deregister(id: string, target: GroupTarget): void {
    this.#targetsById.delete(id);
    const delayMs = deregistrationDelayMs(this.#object);
    target.stopChecks(deregisterTarget(target.record, performance.now(), delayMs));
    this.#surroundings.closePool(target.key);
    if (target.inFlight === 0) return;
    this.#draining.add(target);
    setTimeout(() => this.#forget(target), delayMs).unref();
  }

  #forget(target: GroupTarget): void {
    if (!this.#draining.delete(target)) return;
    this.#surroundings.abortPool(target.key);
    this.#changed();
  }

  /** Whose turn it is; undefined when nothing is registered. Keeps account of what is in flight until `release`. */
  take(): GroupTarget | undefined {
    const index = pickRoundRobin(this.#cursor, this.#candidates.length);
    const target = this.#candidates[index];
    if (target === undefined) return undefined;
    this.#cursor = index + 1;
    target.inFlight++;
    return target;
  }

  release(target: GroupTarget): void {
    target.inFlight--;
    if (target.record.state !== "draining" || !isDrained(target.record, performance.now(), target.inFlight)) return;
    this.#draining.delete(target);
    this.#changed();
  }

  /** Stops checks and forgets everything: the target group is gone. */
  remove(): void {
    for (const [id, target] of this.#targetsById) this.#deregister(id, target);
    this.#candidates = [];
  }

  /** The process ends: what is known of the targets stays as it is. */
  stopChecks(): void {
    for (const target of this.#targetsById.values()) target.stopChecks(target.record);
  }

  #changed(): void {
    const targets = [...this.#targetsById.values()];
    const { indices } = candidateTargets(targets.map(({ record }) => record.state));
    const routable = targets.filter((_, index) => indices.includes(index));
    // ELB guide, HTTP 503: only for a group without registered targets, or with unused ones only. So initial ones serve where nobody else can.
    this.#candidates = routable.length > 0 ? routable : targets.filter(({ record }) => record.state === "initial");
    const health = [...targets, ...this.#draining].map((target) => target.describe());
    const text = JSON.stringify(health);
    if (text === this.#writtenHealth) return;
    this.#writtenHealth = text;
    this.#surroundings.writeHealth(this.#object, health);
  }
}

/** ELB guide, "Edit target group attributes": 300 seconds where nothing else is said. */
function deregistrationDelayMs(targetGroup: TargetGroup): number {
  return 1000 * Number(attributeValue(targetGroup, "deregistration_delay.timeout_seconds") ?? 300);
}
