// frontend-nlb-healthcheck-*: how the frontend's target groups probe the load balancer behind (pkg/ingress/model_build_frontend_nlb.go).
import { type AnnotationSources, type Report, readInteger, readText } from "./annotations.ts";
import type { HealthCheck } from "./health-check.ts";

export type FrontendHealthCheck = Required<HealthCheck>;

interface Setting {
  value: string | number;
  isExplicit: boolean;
}

/** In the order in which the controller merges them. */
const FIELDS = [
  "IntervalSeconds",
  "TimeoutSeconds",
  "HealthyThresholdCount",
  "UnhealthyThresholdCount",
  "Protocol",
  "Path",
  "Matcher",
  "Port",
] as const;
type Field = (typeof FIELDS)[number];
/** By the names that the controller gives them in its refusals. */
export type ReadHealthCheck = Readonly<Record<Field, Setting>>;

const PREFIX = "frontend-nlb-healthcheck-";
const TRAFFIC_PORT = "traffic-port";
/** Those of the load balancer's own target groups: the code reads the same fields (the annotation reference says 3 for the thresholds). */
const DEFAULTS = { interval: 15, timeout: 5, healthy: 2, unhealthy: 2 };

export function readFrontendHealthCheck(sources: AnnotationSources, report: Report): ReadHealthCheck {
  const text = (suffix: string, byDefault: string): Setting => {
    const value = readText(PREFIX + suffix, sources);
    return { value: value ?? byDefault, isExplicit: value !== undefined };
  };
  const integer = (suffix: string, byDefault: number): Setting => {
    const value = readInteger(PREFIX + suffix, sources, report);
    return { value: value ?? byDefault, isExplicit: value !== undefined };
  };
  const port = text("port", TRAFFIC_PORT);
  if (port.value !== TRAFFIC_PORT && !/^[+-]?\d+$/.test(String(port.value))) report("failed to resolve healthCheckPort");
  const protocol = text("protocol", "HTTP");
  if (protocol.value !== "HTTP" && protocol.value !== "HTTPS") report("healthCheckProtocol must be within [HTTP, HTTPS]");
  return {
    Port: port,
    Protocol: protocol,
    Path: text("path", "/"),
    Matcher: text("success-codes", "200"),
    IntervalSeconds: integer("interval-seconds", DEFAULTS.interval),
    TimeoutSeconds: integer("timeout-seconds", DEFAULTS.timeout),
    HealthyThresholdCount: integer("healthy-threshold-count", DEFAULTS.healthy),
    UnhealthyThresholdCount: integer("unhealthy-threshold-count", DEFAULTS.unhealthy),
  };
}

/** What the members have said so far; the last default holds where none said anything. */
export type MergedHealthCheck = Map<Field, Setting>;

/** Adds what one more member says; the first explicit value that differs from an earlier one is a conflict. */
export function mergeHealthCheck(
  merged: MergedHealthCheck,
  next: ReadHealthCheck,
  report: (field: string, sides: [next: Setting, previous: Setting]) => void,
): void {
  for (const field of FIELDS) {
    const previous = merged.get(field);
    if (previous?.isExplicit !== true) merged.set(field, next[field]);
    // Oddity: the controller compares pointers to success codes, so two members that both name some are in conflict even over equal ones.
    else if (next[field].isExplicit && (field === "Matcher" || next[field].value !== previous.value))
      report(field, [next[field], previous]);
  }
}

export function toHealthCheck(merged: MergedHealthCheck): FrontendHealthCheck {
  const text = (field: Field) => String(merged.get(field)?.value ?? "");
  const integer = (field: Field) => Number(merged.get(field)?.value ?? 0);
  return {
    healthCheckEnabled: true,
    healthCheckPort: text("Port"),
    healthCheckProtocol: text("Protocol"),
    healthCheckPath: text("Path"),
    matcher: { httpCode: text("Matcher") },
    healthCheckIntervalSeconds: integer("IntervalSeconds"),
    healthCheckTimeoutSeconds: integer("TimeoutSeconds"),
    healthyThresholdCount: integer("HealthyThresholdCount"),
    unhealthyThresholdCount: integer("UnhealthyThresholdCount"),
  };
}
