// aws-load-balancer-attributes and the older annotations that it replaced (pkg/service/model_build_load_balancer.go).
import type { KeyValue } from "@loopway/model";
import { toKeyValues } from "../load-balancer/key-values.ts";
import { readBoolean, readMap, readText, reportAnnotation } from "./annotations.ts";
import type { ServiceBuild } from "./service-build.ts";

const ATTRIBUTES = "aws-load-balancer-attributes";
const ROUTING_POLICY = "dns_record.client_routing_policy";
const ROUTING_POLICIES = ["any_availability_zone", "partial_availability_zone_affinity", "availability_zone_affinity"];

/** The older annotations win. */
export function buildAttributes(build: ServiceBuild): KeyValue[] {
  const attributes = readMap(build, ATTRIBUTES) ?? {};
  const policy = attributes[ROUTING_POLICY];
  if (policy !== undefined && !ROUTING_POLICIES.includes(policy)) {
    const expected = ROUTING_POLICIES.map((known) => `'${known}'`).join(", ");
    const message = `invalid ${ROUTING_POLICY} set in annotation ${ATTRIBUTES}: got '${policy}' expected one of [${expected}]`;
    reportAnnotation(build, ATTRIBUTES, message);
  }
  return toKeyValues({ ...attributes, ...readAccessLog(build), ...readCrossZone(build) });
}

/** The bucket counts only where the log is switched on beside it. */
function readAccessLog(build: ServiceBuild): Record<string, string> {
  if (readBoolean(build, "aws-load-balancer-access-log-enabled") !== true) return {};
  const bucket = readText(build, "aws-load-balancer-access-log-s3-bucket-name");
  const prefix = readText(build, "aws-load-balancer-access-log-s3-bucket-prefix");
  return {
    "access_logs.s3.enabled": "true",
    ...(bucket === undefined ? {} : { "access_logs.s3.bucket": bucket }),
    ...(prefix === undefined ? {} : { "access_logs.s3.prefix": prefix }),
  };
}

function readCrossZone(build: ServiceBuild): Record<string, string> {
  const isEnabled = readBoolean(build, "aws-load-balancer-cross-zone-load-balancing-enabled");
  return isEnabled === undefined ? {} : { "load_balancing.cross_zone.enabled": String(isEnabled) };
}
