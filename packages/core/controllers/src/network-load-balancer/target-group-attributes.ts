// aws-load-balancer-target-group-attributes(.<port>), -proxy-protocol, -proxy-protocol-per-target-group
// (pkg/service/model_build_target_group.go).
import type { KeyValue } from "@loopway/model";
import { invalidBoolean, parseBoolean } from "../annotation-value.ts";
import { toKeyValues } from "../load-balancer/key-values.ts";
import { readList, readMap, readText, reportAnnotation } from "./annotations.ts";
import type { ServiceBuild } from "./service-build.ts";

const ATTRIBUTES = "aws-load-balancer-target-group-attributes";
const PROXY_PROTOCOL = "aws-load-balancer-proxy-protocol";
const PROXY_PROTOCOL_PER_TARGET_GROUP = "aws-load-balancer-proxy-protocol-per-target-group";
const PROXY_PROTOCOL_ENABLED = "proxy_protocol_v2.enabled";
const PRESERVE_CLIENT_IP = "preserve_client_ip.enabled";

/** Those of all ports, then those of this one (an empty value leaves the former), then what switches the PROXY protocol. */
export function buildTargetGroupAttributes(build: ServiceBuild, port: number): KeyValue[] {
  const ofPort = Object.entries(readAttributes(build, `${ATTRIBUTES}.${port}`)).filter(([, value]) => value !== "");
  const attributes: Record<string, string> = {
    [PROXY_PROTOCOL_ENABLED]: "false",
    ...readAttributes(build, ATTRIBUTES),
    ...Object.fromEntries(ofPort),
    ...readProxyProtocol(build, port),
  };
  return toKeyValues(attributes).filter(({ key, value }) => key !== PROXY_PROTOCOL_ENABLED || value !== "");
}

function readAttributes(build: ServiceBuild, suffix: string): Record<string, string> {
  const attributes = readMap(build, suffix) ?? {};
  const preserves = attributes[PRESERVE_CLIENT_IP];
  if (preserves !== undefined && parseBoolean(preserves) === undefined)
    reportAnnotation(build, suffix, `failed to parse attribute ${PRESERVE_CLIENT_IP}=${preserves}: ${invalidBoolean(preserves)}`);
  return attributes;
}

/** `*` for all ports beats the list of ports, and both beat the attribute. */
function readProxyProtocol(build: ServiceBuild, port: number): Record<string, string> {
  const all = readText(build, PROXY_PROTOCOL);
  const ports = readList(build, PROXY_PROTOCOL_PER_TARGET_GROUP);
  const stranger = ports?.find((item) => !/^[+-]?\d+$/.test(item));
  if (stranger !== undefined)
    reportAnnotation(build, PROXY_PROTOCOL_PER_TARGET_GROUP, `invalid port number in proxy-protocol-per-target-group: ${stranger}`);
  if (all !== undefined && all !== "*") {
    const message = `invalid value ${all} for Load Balancer proxy protocol v2 annotation, only value currently supported is *`;
    reportAnnotation(build, PROXY_PROTOCOL, message);
  }
  if (all === undefined && ports === undefined) return {};
  return { [PROXY_PROTOCOL_ENABLED]: String(all === "*" || ports?.includes(String(port)) === true) };
}

/** AWS's own default where the attribute is not set: on for instances, off for addresses. */
export function preservesClientIp(attributes: readonly KeyValue[], targetType: string): boolean {
  const attribute = attributes.find(({ key }) => key === PRESERVE_CLIENT_IP);
  return attribute === undefined ? targetType === "instance" : parseBoolean(attribute.value) === true;
}
