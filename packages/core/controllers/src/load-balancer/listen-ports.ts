// The listen-ports annotation, and its union over the group (pkg/ingress/model_build_listener.go, model_builder.go).
import { type Ingress, objectKey } from "@loopway/model";
import { annotationKey, readList, readText } from "./annotations.ts";
import { annotationPointer, report, reportTo, reportToGroup, type StackBuild } from "./stack-build.ts";

type ListenerProtocol = "HTTP" | "HTTPS";

export interface ListenPort {
  listenerPort: number;
  protocol: ListenerProtocol;
  /** Those that listen here, in group order. */
  ingresses: Ingress[];
}

/** Ascending by listener port: the real controller walks a Go map, in random order. */
export function buildListenPorts(build: StackBuild): ListenPort[] {
  const byPort = new Map<number, ListenPort>();
  for (const ingress of build.members) {
    for (const [listenerPort, protocol] of listenPortsOf(build, ingress)) {
      const known = byPort.get(listenerPort);
      if (known === undefined) byPort.set(listenerPort, { listenerPort, protocol, ingresses: [ingress] });
      else if (known.protocol === protocol) known.ingresses.push(ingress);
      else reportProtocolConflict(build, known, { ingress, protocol });
    }
  }
  return [...byPort.values()].sort((left, right) => left.listenerPort - right.listenerPort);
}

function reportProtocolConflict(build: StackBuild, known: ListenPort, other: { ingress: Ingress; protocol: ListenerProtocol }): void {
  const [first = other.ingress] = known.ingresses;
  const sides = `${objectKey(first)}: ${known.protocol} | ${objectKey(other.ingress)}: ${other.protocol}`;
  reportToGroup(build)(`failed to merge listenPort config for port: ${known.listenerPort}: conflicting protocol, ${sides}`);
}

function listenPortsOf(build: StackBuild, ingress: Ingress): Map<number, ListenerProtocol> {
  const { annotations } = ingress.metadata;
  const raw = readText("listen-ports", [annotations]);
  const hasCertificate = (readList("certificate-arn", [annotations]) ?? []).length > 0;
  const place = { ingress, pointer: raw === undefined ? "" : annotationPointer(annotationKey("listen-ports")) };
  const ports =
    raw === undefined
      ? new Map([hasCertificate ? ([443, "HTTPS"] as const) : ([80, "HTTP"] as const)])
      : parseListenPorts(raw, reportTo(build, place));
  for (const [listenerPort, protocol] of ports) {
    if (protocol !== "HTTPS") continue;
    const message = `waiting: Ingress ${objectKey(ingress)} asks for the listener HTTPS:${listenerPort}; this version of Loopway serves no certificates and no TLS yet, and leaves the whole group as it is until the Ingress listens on HTTP only`;
    report(build, place, { code: "WaitingForTls", message });
  }
  return ports;
}

/** `[{"HTTP": 80}, {"HTTPS": 443}]`; several protocols in one object are as good. */
function parseListenPorts(raw: string, reportProblem: (message: string) => void): Map<number, ListenerProtocol> {
  const ports = new Map<number, ListenerProtocol>();
  const entries = parseEntries(raw);
  if (entries === undefined) reportProblem(`failed to parse listen-ports configuration: \`${raw}\``);
  if (entries?.length === 0) reportProblem(`empty listen-ports configuration: \`${raw}\``);
  for (const [protocol, listenerPort] of entries ?? []) {
    if (listenerPort < 1 || listenerPort > 65_535) reportProblem(`listen port must be within [1, 65535]: ${listenerPort}`);
    else if (protocol === "HTTP" || protocol === "HTTPS") ports.set(listenerPort, protocol);
    else reportProblem(`listen protocol must be within [HTTP, HTTPS]: ${protocol}`);
  }
  return ports;
}

function parseEntries(raw: string): [protocol: string, listenerPort: number][] | undefined {
  try {
    const parsed: unknown = JSON.parse(raw);
    if (!Array.isArray(parsed) || !parsed.every((item) => typeof item === "object" && item !== null)) return undefined;
    const entries = parsed.flatMap((item) => Object.entries(item));
    return entries.every((entry): entry is [string, number] => Number.isInteger(entry[1])) ? entries : undefined;
  } catch {
    return undefined;
  }
}
