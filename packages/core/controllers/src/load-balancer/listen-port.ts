// One Ingress's side of a listener, and the syntax of listen-ports.
import type { Ingress, MutualAuthentication } from "@loopway/model";
import type { Report } from "./annotations.ts";
import { cannotUnmarshal, parseGoJson } from "./go-json.ts";

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
  if ("error" in entries) {
    reportProblem(`failed to parse listen-ports configuration: \`${raw}\`: ${entries.error}`);
    return ports;
  }
  if (entries.value.length === 0) reportProblem(`empty listen-ports configuration: \`${raw}\``);
  for (const [protocol, listenerPort] of entries.value.flatMap(Object.entries<number>)) {
    if (listenerPort < 1 || listenerPort > 65_535) reportProblem(`listen port must be within [1, 65535]: ${listenerPort}`);
    else if (protocol === "HTTP" || protocol === "HTTPS") ports.set(listenerPort, protocol);
    else reportProblem(`listen protocol must be within [HTTP, HTTPS]: ${protocol}`);
  }
  return ports;
}

/** As Go decodes a `[]map[string]int32`; null stands for nothing. */
function parseEntries(raw: string): { value: Record<string, number>[] } | { error: string } {
  const parsed = parseGoJson(raw);
  if ("error" in parsed) return parsed;
  if (parsed.value === null) return { value: [] };
  if (!Array.isArray(parsed.value)) return { error: cannotUnmarshal(parsed.value, "[]map[string]int32") };
  const entries = parsed.value.map((entry: unknown) => entry ?? {});
  const stranger = entries.find((entry) => typeof entry !== "object" || Array.isArray(entry));
  if (stranger !== undefined) return { error: cannotUnmarshal(stranger, "map[string]int32") };
  const odd = entries.flatMap((entry) => Object.values(entry as object)).find((port) => !isInt32(port));
  return odd === undefined ? { value: entries as Record<string, number>[] } : { error: cannotUnmarshal(odd, "int32") };
}

function isInt32(value: unknown): boolean {
  return typeof value === "number" && (value | 0) === value;
}
