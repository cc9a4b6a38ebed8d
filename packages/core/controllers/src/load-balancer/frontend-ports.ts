// frontend-nlb-listener-port-mapping: which ports the frontend listens on, and the port of the load balancer behind each. What several members
// say about one port is merged (pkg/ingress/model_build_frontend_nlb.go).
import { type Ingress, objectKey } from "@loopway/model";
import { type Report, readMap } from "./annotations.ts";
import {
  type FrontendHealthCheck,
  type MergedHealthCheck,
  mergeHealthCheck,
  type ReadHealthCheck,
  readFrontendHealthCheck,
  toHealthCheck,
} from "./frontend-health-check.ts";
import type { ListenPort } from "./listen-ports.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

const MAPPING = "frontend-nlb-listener-port-mapping";
/** Go's strconv.ParseInt, base 10. */
const INTEGER = /^[+-]?\d+$/;

export interface FrontendPortSettings {
  port: number;
  /** Of the load balancer behind. */
  targetPort: number;
  healthCheck: FrontendHealthCheck;
}

interface MemberPort {
  port: number;
  targetPort: number;
  healthCheck: ReadHealthCheck;
}

/** Ascending by port. */
export function buildFrontendPorts(build: StackBuild, listenPorts: readonly ListenPort[]): FrontendPortSettings[] {
  const ports = build.members.flatMap((ingress) => portsOf(build, ingress, listenPorts));
  const byPort = Map.groupBy(ports, ({ port }) => port);
  return [...byPort].sort(([left], [right]) => left - right).map(([port, settings]) => merge(build, port, settings));
}

/** A mapping leaves out the listeners that it does not name; what it maps to a port where the Ingress does not listen is passed over. */
function portsOf(build: StackBuild, ingress: Ingress, listenPorts: readonly ListenPort[]): MemberPort[] {
  const report: Report = (message) =>
    reportToGroup(build)(`failed to compute listenPort config for ingress: ${objectKey(ingress)}: ${message}`);
  const own = listenPorts.filter(({ ingresses }) => ingresses.includes(ingress)).map(({ listenerPort }) => listenerPort);
  const mapping = readMapping(ingress, report);
  const pairs =
    mapping.length > 0 ? mapping.filter(([, targetPort]) => own.includes(targetPort)) : own.map((port) => [port, port] as const);
  if (pairs.length === 0) return [];
  const healthCheck = readFrontendHealthCheck([ingress.metadata.annotations], report);
  return pairs.map(([port, targetPort]) => ({ port, targetPort, healthCheck }));
}

function readMapping({ metadata }: Ingress, report: Report): (readonly [port: number, targetPort: number])[] {
  const raw = readMap(MAPPING, [metadata.annotations], (message) =>
    report(`failed to parse frontend-nlb-listener-port-mapping for ingress map[]: ${message}`),
  );
  return Object.entries(raw ?? {}).map(([port, targetPort]) => {
    if (!INTEGER.test(port)) report(`invalid NLB listener port: ${port}`);
    else if (!INTEGER.test(targetPort)) report(`invalid ALB listener port: ${targetPort}`);
    return [Number(port), Number(targetPort)];
  });
}

function merge(build: StackBuild, port: number, settings: readonly MemberPort[]): FrontendPortSettings {
  const refuse = (field: string, index: number, [next, previous]: [unknown, unknown]) =>
    reportToGroup(build)(
      `failed to merge NLB listenPort config for port: ${port}: conflicting ${field}, config ${index + 1}: ${next}, previous: ${previous}`,
    );
  const merged: MergedHealthCheck = new Map();
  const [targetPort = port] = settings.map((one) => one.targetPort);
  for (const [index, one] of settings.entries()) {
    mergeHealthCheck(merged, one.healthCheck, (field, [next, previous]) => refuse(field, index, [next.value, previous.value]));
    if (one.targetPort !== targetPort) refuse("Target Port", index, [one.targetPort, targetPort]);
  }
  return { port, targetPort, healthCheck: toHealthCheck(merged) };
}
