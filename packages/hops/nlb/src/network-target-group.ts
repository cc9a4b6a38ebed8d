/** A target group at run time: its targets and what becomes of their connections when they leave or fail. Outlives every table. */
import { deregisterTarget, unusedTarget } from "@loopway/balancing";
import { type Address, attributeValue, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";
import { CROSS_ZONE } from "./compile.ts";
import { NetworkTarget, type TargetPlace } from "./network-target.ts";

export interface GroupSurroundings {
  resolve(address: Address): Address;
  /** Undefined while the node or load balancer that it names is not known. */
  placeOf(target: Target, targetType: TargetGroup["spec"]["targetType"]): TargetPlace | undefined;
  /** How many load balancer nodes there are, which check the targets. */
  nodeCount(): number;
  /** Some target's state has changed, or the set of targets. */
  changed(group: NetworkTargetGroup): void;
}

export class NetworkTargetGroup {
  #object: TargetGroup;
  readonly #surroundings: GroupSurroundings;
  readonly #targetsById = new Map<string, NetworkTarget>();
  /** Deregistered, within their delay. */
  readonly #draining = new Set<NetworkTarget>();

  constructor(object: TargetGroup, surroundings: GroupSurroundings) {
    this.#object = object;
    this.#surroundings = surroundings;
  }

  get object(): TargetGroup {
    return this.#object;
  }

  get targets(): readonly NetworkTarget[] {
    return [...this.#targetsById.values()];
  }

  /** NLB guide, "Client IP preservation": cannot be switched off for UDP and load balancers; else on for instances, off for addresses. */
  get preservesClientIp(): boolean {
    const { targetType } = this.#object.spec;
    if (this.#takesDatagrams || targetType === "alb") return true;
    const attribute = this.#attribute("preserve_client_ip.enabled");
    return attribute === undefined ? targetType === "instance" : attribute === "true";
  }

  get usesProxyProtocol(): boolean {
    return this.#attribute("proxy_protocol_v2.enabled") === "true";
  }

  get isSticky(): boolean {
    return this.#attribute("stickiness.enabled") === "true" && (this.#attribute("stickiness.type") ?? "source_ip") === "source_ip";
  }

  crossesZones(byLoadBalancer: boolean): boolean {
    const attribute = this.#attribute(CROSS_ZONE);
    return attribute === "true" || (attribute !== "false" && byLoadBalancer);
  }

  /** Brings the registered targets and their checks in line with the object. */
  update(object: TargetGroup, isUsed: boolean): void {
    this.#object = object;
    const wanted = new Map((object.spec.targets ?? []).map((target) => [`${target.id}:${target.port}`, target]));
    for (const [id, target] of this.#targetsById) {
      if (this.#placeOf(wanted.get(id))?.address !== target.virtual.address) this.#deregister(id, target);
    }
    for (const [id, target] of wanted) if (!this.#targetsById.has(id)) this.#register(id, target);
    for (const target of this.#targetsById.values()) {
      if (isUsed) target.keepChecked(() => this.#object.spec, this.#surroundings.nodeCount());
      else target.stopChecks(unusedTarget());
    }
    this.#surroundings.changed(this);
  }

  /** Stops checks and lets everybody go: the target group is gone. */
  remove(): void {
    for (const [id, target] of this.#targetsById) this.#deregister(id, target);
  }

  /** The process ends: what is known of the targets stays as it is. */
  stopChecks(): void {
    for (const target of this.#targetsById.values()) target.stopChecks(target.record);
  }

  describe(): TargetHealthDescription[] {
    return [...this.#targetsById.values(), ...this.#draining].map((target) => target.describe());
  }

  get #takesDatagrams(): boolean {
    const { protocol } = this.#object.spec;
    return protocol === "UDP" || protocol === "TCP_UDP";
  }

  #attribute(key: string): string | undefined {
    return attributeValue(this.#object, key);
  }

  #placeOf(target: Target | undefined): TargetPlace | undefined {
    return target && this.#surroundings.placeOf(target, this.#object.spec.targetType);
  }

  #register(id: string, target: Target): void {
    const place = this.#placeOf(target);
    if (place === undefined) return;
    const registered: NetworkTarget = new NetworkTarget(target, place, {
      resolve: this.#surroundings.resolve,
      onTransition: () => this.#transition(registered),
    });
    this.#targetsById.set(id, registered);
  }

  /** NLB guide, "Connection termination for unhealthy targets": on unless it is switched off; of TCP and TLS only. */
  #transition(target: NetworkTarget): void {
    const isOn = this.#attribute("target_health_state.unhealthy.connection_termination.enabled") !== "false";
    const terminates = isOn && !this.#takesDatagrams;
    if (target.state === "unhealthy" && terminates) target.resetConnections();
    this.#surroundings.changed(this);
  }

  /** No new connections from now on. Those that stand live on, even beyond the delay, unless the group ends them then. */
  #deregister(id: string, target: NetworkTarget): void {
    this.#targetsById.delete(id);
    // NLB guide, "Deregistration delay": 300 seconds where nothing else is said.
    const delayMs = 1000 * Number(this.#attribute("deregistration_delay.timeout_seconds") ?? 300);
    target.stopChecks(deregisterTarget(target.record, performance.now(), delayMs));
    this.#draining.add(target);
    setTimeout(() => this.#forget(target), delayMs).unref();
  }

  #forget(target: NetworkTarget): void {
    this.#draining.delete(target);
    // NLB guide, "Deregistration delay": on by default for UDP and TCP_UDP.
    const attribute = this.#attribute("deregistration_delay.connection_termination.enabled");
    if (attribute === "true" || (attribute === undefined && this.#takesDatagrams)) target.resetConnections();
    this.#surroundings.changed(this);
  }
}
