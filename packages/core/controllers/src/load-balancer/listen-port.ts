// One Ingress's side of a listener, and the syntax of listen-ports.
import type { Ingress, MutualAuthentication } from "@loopway/model";
import type { Report } from "./annotations.ts";

export type ListenerProtocol = "HTTP" | "HTTPS";

export interface PortSettings {
  ingress: Ingress;
  protocol: ListenerProtocol;
  inboundCidrs: string[];
  prefixLists: string[];
  certificates: string[];
  sslPolicy?: string;
  mutualAuthentication?: MutualAuthentication;
}

/** `[{"HTTP": 80}, {"HTTPS": 443}]`; several protocols in one object are as good. */
export function parseListenPorts(raw: string, reportProblem: Report): Map<number, ListenerProtocol> {
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
