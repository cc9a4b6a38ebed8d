import {
  type Address,
  attributeValue,
  type Decision,
  type ForwardTargetGroup,
  type Listener,
  type LoadBalancer,
  type Protocol,
  parseOrigin,
  type SecurityGroup,
  type SecurityPolicy,
  STACK_CHECKSUM_ANNOTATION,
  securityPolicyOf,
  type ZonalAddress,
  zonalAddresses,
} from "@loopway/model";
import { Firewall } from "./firewall.ts";

/** Immutable; swapped at once. A connection keeps what it was given. */
export interface NetworkTable {
  revision: string;
  /** One per availability zone. */
  addresses: readonly ZonalAddress[];
  isCrossZone: boolean;
  firewall: Firewall;
  listeners: readonly NetworkListener[];
  usedTargetGroups: ReadonlySet<string>;
}

export interface NetworkListener {
  listenerPort: number;
  protocols: readonly Protocol[];
  targetGroups: readonly { name: string; weight: number }[];
  tcpIdleMs: number;
  /** It ends the clients' TLS. */
  tls?: ListenerTls;
  decision: Extract<Decision, { kind: "rule" }>;
}

interface ListenerTls {
  /** ARNs, the default certificate first. */
  certificates: readonly string[];
  policy: SecurityPolicy;
  alpnPolicy?: string;
}

const PROTOCOLS: Readonly<Record<string, readonly Protocol[]>> = { TCP: ["tcp"], UDP: ["udp"], TCP_UDP: ["tcp", "udp"], TLS: ["tcp"] };
/** NLB guide, "Connection idle timeout": 350 seconds where the listener does not say. */
const TCP_IDLE_S = 350;
export const CROSS_ZONE = "load_balancing.cross_zone.enabled";

/** Listeners of other protocols are not served (their Service waits). `securityGroups` may hold more than those of this load balancer. */
export function compileNetwork(
  loadBalancer: LoadBalancer,
  listeners: readonly Listener[],
  securityGroups: readonly SecurityGroup[],
): NetworkTable {
  const compiled = listeners.flatMap((listener) => compileListener(listener) ?? []);
  return {
    revision: loadBalancer.metadata.annotations?.[STACK_CHECKSUM_ANNOTATION] ?? "",
    addresses: zonalAddresses(loadBalancer),
    // NLB guide, "Cross-zone load balancing": off where nobody switches it on.
    isCrossZone: attributeValue(loadBalancer, CROSS_ZONE) === "true",
    firewall: new Firewall(loadBalancer.spec.securityGroups ?? [], securityGroups),
    listeners: compiled,
    usedTargetGroups: new Set(compiled.flatMap(({ targetGroups }) => targetGroups.map(({ name }) => name))),
  };
}

function compileListener({ metadata, spec }: Listener): NetworkListener | undefined {
  const protocols = PROTOCOLS[spec.protocol];
  if (protocols === undefined) return undefined;
  const origin = parseOrigin(metadata.annotations);
  const tls = spec.protocol === "TLS" ? compileTls(spec) : undefined;
  // NLB guide, "Connection idle timeout": that of TLS listeners cannot be changed.
  const idleS = tls === undefined ? Number(attributeValue({ spec }, "tcp.idle_timeout.seconds") ?? TCP_IDLE_S) : TCP_IDLE_S;
  const forwards = spec.defaultActions.flatMap(({ forwardConfig }) => forwardConfig?.targetGroups ?? []);
  return {
    listenerPort: spec.port,
    protocols,
    targetGroups: forwards.map(compileForward),
    tcpIdleMs: 1000 * idleS,
    ...(tls === undefined ? {} : { tls }),
    decision: {
      kind: "rule",
      listener: metadata.name,
      rule: `${spec.protocol}:${spec.port}`,
      priority: "default",
      action: "forward",
      ...(origin === undefined ? {} : { origin }),
    },
  };
}

function compileTls({ certificates = [], sslPolicy, alpnPolicy: [alpnPolicy] = [] }: Listener["spec"]): ListenerTls {
  const arns = certificates.flatMap(({ certificateARN }) => certificateARN ?? []);
  return { certificates: [...new Set(arns)], policy: securityPolicyOf(sslPolicy), ...(alpnPolicy === undefined ? {} : { alpnPolicy }) };
}

function compileForward({ targetGroupRef, weight = 1 }: ForwardTargetGroup): { name: string; weight: number } {
  return { name: targetGroupRef.from.name, weight };
}

/** What listens at an address of the load balancer, and in which availability zone that is. */
export function entranceOf(
  table: NetworkTable | undefined,
  protocol: Protocol,
  virtual: Address,
): { listener: NetworkListener; zone: string } | undefined {
  const listener = table?.listeners.find(({ listenerPort, protocols }) => listenerPort === virtual.port && protocols.includes(protocol));
  const zone = table?.addresses.find(({ address }) => address === virtual.address)?.availabilityZone;
  return listener === undefined || zone === undefined ? undefined : { listener, zone };
}
