// healthcheck-*, healthy-threshold-count, unhealthy-threshold-count, success-codes (pkg/ingress/model_build_target_group.go).
import type { Service, TargetGroup } from "@loopway/model";
import { type AnnotationSources, type Report, readInteger, readText } from "./annotations.ts";
import { lookUpServicePort } from "./node-port.ts";

type Spec = TargetGroup["spec"];
export type HealthCheck = Pick<
  Spec,
  | "healthCheckEnabled"
  | "healthCheckPort"
  | "healthCheckProtocol"
  | "healthCheckPath"
  | "matcher"
  | "healthCheckIntervalSeconds"
  | "healthCheckTimeoutSeconds"
  | "healthyThresholdCount"
  | "unhealthyThresholdCount"
>;

const TRAFFIC_PORT = "traffic-port";
/** The controller's defaults; AWS's own would be interval 30 and healthy threshold 5. */
const DEFAULTS = { intervalSeconds: 15, timeoutSeconds: 5, healthyThreshold: 2, unhealthyThreshold: 2 };

export interface HealthCheckInput {
  service: Service;
  sources: AnnotationSources;
  target: Pick<Spec, "targetType" | "protocol" | "protocolVersion">;
}

export function buildHealthCheck({ service, sources, target }: HealthCheckInput, report: Report): HealthCheck {
  const isGrpc = target.protocolVersion === "GRPC";
  const codes = readText("success-codes", sources) ?? (isGrpc ? "12" : "200");
  const protocol = readText("healthcheck-protocol", sources) ?? target.protocol;
  const healthCheckPort = buildPort({ service, sources, target }, report);
  if (protocol !== "HTTP" && protocol !== "HTTPS") report("healthCheckProtocol must be within [HTTP, HTTPS]");
  return {
    healthCheckEnabled: true,
    healthCheckPort,
    healthCheckProtocol: protocol,
    healthCheckPath: readText("healthcheck-path", sources) ?? (isGrpc ? "/AWS.ALB/healthcheck" : "/"),
    matcher: isGrpc ? { grpcCode: codes } : { httpCode: codes },
    healthCheckIntervalSeconds: readInteger("healthcheck-interval-seconds", sources, report) ?? DEFAULTS.intervalSeconds,
    healthCheckTimeoutSeconds: readInteger("healthcheck-timeout-seconds", sources, report) ?? DEFAULTS.timeoutSeconds,
    healthyThresholdCount: readInteger("healthy-threshold-count", sources, report) ?? DEFAULTS.healthyThreshold,
    unhealthyThresholdCount: readInteger("unhealthy-threshold-count", sources, report) ?? DEFAULTS.unhealthyThreshold,
  };
}

function buildPort({ service, sources, target }: HealthCheckInput, report: Report): string {
  const raw = readText("healthcheck-port", sources) ?? TRAFFIC_PORT;
  if (raw === TRAFFIC_PORT || /^\d+$/.test(raw)) return raw;
  const servicePort = lookUpServicePort(service, raw, (message) => report(`failed to resolve healthCheckPort: ${message}`));
  if (servicePort === undefined) return TRAFFIC_PORT;
  if (target.targetType === "instance") return String(servicePort.nodePort ?? 0);
  const targetPort = servicePort.targetPort ?? servicePort.port;
  if (typeof targetPort === "string")
    report("cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port");
  return String(targetPort);
}
