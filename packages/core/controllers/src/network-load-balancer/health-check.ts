// aws-load-balancer-healthcheck-* (pkg/service/model_build_target_group.go).
import { objectKey, type Service, type TargetGroup } from "@loopway/model";
import { findServicePort } from "../service-port.ts";
import { readInteger, readText, reportAnnotation } from "./annotations.ts";
import type { ServiceBuild } from "./service-build.ts";

type Spec = TargetGroup["spec"];
export type HealthCheck = Required<Pick<Spec, "healthCheckEnabled" | "healthCheckPort" | "healthCheckProtocol">> &
  Required<Pick<Spec, "healthCheckIntervalSeconds" | "healthCheckTimeoutSeconds" | "healthyThresholdCount" | "unhealthyThresholdCount">> &
  Pick<Spec, "healthCheckPath" | "matcher">;

export const TRAFFIC_PORT = "traffic-port";
const PREFIX = "aws-load-balancer-healthcheck-";
const SUCCESS_CODES = "200-399";

/** The controller's defaults, not those of AWS. */
const DEFAULTS = { protocol: "TCP", port: TRAFFIC_PORT, path: "/", interval: 10, timeout: 10, healthy: 3, unhealthy: 3 };

/** Where only nodes with a pod take traffic, kube-proxy tells which: HTTP at healthCheckNodePort. */
function localDefaults({ spec }: Service): typeof DEFAULTS {
  const port = String(spec.healthCheckNodePort ?? 0);
  return { protocol: "HTTP", port, path: "/healthz", interval: 10, timeout: 6, healthy: 2, unhealthy: 2 };
}

/** `service` is the one behind the target group; the annotations are the owner's. */
export function buildHealthCheck(build: ServiceBuild, service: Service, targetType: string): HealthCheck {
  const { externalTrafficPolicy, type } = service.spec;
  const isLocal = targetType === "instance" && externalTrafficPolicy === "Local" && type === "LoadBalancer";
  const defaults = isLocal ? localDefaults(service) : DEFAULTS;
  const { nlbHealthCheckAdvancedConfiguration: isAdvanced } = build.flags.gates;
  const protocol = readProtocol(build, defaults.protocol);
  const path = readText(build, `${PREFIX}path`) ?? defaults.path;
  const httpCode = readText(build, `${PREFIX}success-codes`) ?? SUCCESS_CODES;
  const isHttp = protocol !== "TCP";
  return {
    healthCheckEnabled: true,
    healthCheckPort: readPort(build, service, { targetType, byDefault: defaults.port }),
    healthCheckProtocol: protocol,
    ...(isHttp ? { healthCheckPath: path } : {}),
    ...(isHttp && isAdvanced ? { matcher: { httpCode } } : {}),
    healthCheckIntervalSeconds: readInteger(build, `${PREFIX}interval`) ?? defaults.interval,
    healthCheckTimeoutSeconds: (isAdvanced ? readInteger(build, `${PREFIX}timeout`) : undefined) ?? defaults.timeout,
    healthyThresholdCount: readInteger(build, `${PREFIX}healthy-threshold`) ?? defaults.healthy,
    unhealthyThresholdCount: readInteger(build, `${PREFIX}unhealthy-threshold`) ?? defaults.unhealthy,
  };
}

function readProtocol(build: ServiceBuild, byDefault: string): string {
  const raw = readText(build, `${PREFIX}protocol`) ?? byDefault;
  const protocol = raw.toUpperCase();
  if (!["TCP", "HTTP", "HTTPS"].includes(protocol))
    reportAnnotation(build, `${PREFIX}protocol`, `unsupported health check protocol ${raw}`);
  return protocol;
}

/** A number, traffic-port, or the name of a port of the Service. */
function readPort(build: ServiceBuild, service: Service, { targetType, byDefault }: { targetType: string; byDefault: string }): string {
  const suffix = `${PREFIX}port`;
  const raw = readText(build, suffix) ?? byDefault;
  if (raw === TRAFFIC_PORT || /^[+-]?\d+$/.test(raw)) return raw;
  const servicePort = findServicePort(service, raw);
  if (servicePort === undefined) {
    const message = `failed to resolve healthCheckPort: unable to find port ${raw} on service ${objectKey(service)}`;
    reportAnnotation(build, suffix, message);
    return TRAFFIC_PORT;
  }
  if (targetType === "instance") return String(servicePort.nodePort ?? 0);
  const targetPort = servicePort.targetPort ?? servicePort.port;
  if (typeof targetPort === "string")
    reportAnnotation(build, suffix, "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port");
  return String(targetPort);
}
