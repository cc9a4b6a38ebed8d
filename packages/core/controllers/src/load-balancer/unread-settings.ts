// The real controller passes over a misspelt annotation in silence; what this version does not read must not look as if it worked, nor what it
// builds into the model although no hop acts on it.
import type { Snapshot } from "@loopway/kube";
import { type Ingress, objectKey } from "@loopway/model";
import { notInVersion, type UnknownSetting, unknownSettings } from "../lbc-features.ts";
import { annotationKey, annotationSuffix } from "./annotations.ts";
import { type ClassParams, classifyIngress, classParamsOf } from "./ingress-class.ts";
import { annotationPointer, report, type StackBuild } from "./stack-build.ts";

/** Suffixes of what is read of a Service too, where it wins over the Ingress. */
export const readOfServices: readonly string[] = [
  "target-type",
  "target-node-labels",
  "backend-protocol",
  "backend-protocol-version",
  "target-group-attributes",
  "healthcheck-port",
  "healthcheck-protocol",
  "healthcheck-path",
  "healthcheck-interval-seconds",
  "healthcheck-timeout-seconds",
  "healthy-threshold-count",
  "unhealthy-threshold-count",
  "success-codes",
];
const READ = new Set([
  "group.name",
  "group.order",
  "load-balancer-name",
  "scheme",
  "load-balancer-attributes",
  "tags",
  "listen-ports",
  "certificate-arn",
  "ssl-redirect",
  ...readOfServices,
  "use-regex-path-match",
  "enable-frontend-nlb",
]);
const READ_FAMILIES = ["actions.", "conditions.", "transforms.", "frontend-nlb-"];
/** In the model only. */
const MODELLED = new Set([
  "ip-address-type",
  "subnets",
  "security-groups",
  "manage-backend-security-group-rules",
  "inbound-cidrs",
  "security-group-prefix-lists",
  "customer-owned-ipv4-pool",
  "ipam-ipv4-pool-id",
  "minimum-load-balancer-capacity",
  "wafv2-acl-arn",
  "wafv2-acl-name",
  "waf-acl-id",
  "web-acl-id",
  "shield-advanced-protection",
  "ssl-policy",
  "mutual-authentication",
  "multi-cluster-target-group",
  "jwt-validation",
]);
/** Suffixes of an Ingress's annotations that are built into the model. */
export const builtAnnotations: readonly string[] = [...READ, ...MODELLED];
const MODELLED_FAMILIES = ["listener-attributes.", "auth-"];
const MODELLED_PARAMS: readonly (keyof ClassParams)[] = [
  "ipAddressType",
  "subnets",
  "inboundCIDRs",
  "prefixListsIDs",
  "PrefixListsIDs",
  "sslPolicy",
  "listeners",
  "minimumLoadBalancerCapacity",
  "ipamConfiguration",
  "wafv2AclArn",
  "wafv2AclName",
];

export function reportUnreadSettings(build: StackBuild): void {
  for (const ingress of build.members) {
    reportParameters(build, ingress);
    for (const key of Object.keys(ingress.metadata.annotations ?? {})) reportAnnotation(build, ingress, key);
  }
}

function reportAnnotation(build: StackBuild, ingress: Ingress, key: string): void {
  const suffix = annotationSuffix(key);
  if (suffix === undefined || isIn(suffix, READ, READ_FAMILIES)) return;
  const place = { ingress, pointer: annotationPointer(key) };
  const subject = `annotation ${annotationKey(suffix)} of Ingress ${objectKey(ingress)} has no effect`;
  if (isIn(suffix, MODELLED, MODELLED_FAMILIES))
    report(build, place, { code: "SettingNotServed", message: `${subject} on traffic: ${NOT_SERVED}` });
  else report(build, place, { code: "SettingNotRead", message: `${subject}: this version of Loopway does not read it` });
}

/** What an older controller passes over. `snapshot` is whole, and so is the Ingress. */
export function reportNotInVersion(build: StackBuild, ingress: Ingress, snapshot: Snapshot): void {
  const { lbcVersion } = build.settings;
  const verdict = classifyIngress(ingress, snapshot);
  const params = verdict.kind === "alb" ? verdict.params : undefined;
  const tell = (pointer: string, subject: string, setting: UnknownSetting) =>
    report(
      build,
      { ingress, pointer },
      {
        code: "SettingNotInVersion",
        message: `${subject} of Ingress ${objectKey(ingress)} has no effect: ${notInVersion(lbcVersion, setting)}`,
      },
    );
  for (const setting of unknownSettings(lbcVersion, ingress)) tell(annotationPointer(setting.name), `annotation ${setting.name}`, setting);
  for (const setting of params === undefined ? [] : unknownSettings(lbcVersion, params))
    tell("/spec/ingressClassName", `${setting.name} of the IngressClassParams`, setting);
}

const NOT_SERVED = "it is built into the model, but no hop of this version of Loopway acts on it";

function isIn(suffix: string, names: ReadonlySet<string>, families: readonly string[]): boolean {
  return names.has(suffix) || families.some((family) => suffix.startsWith(family));
}

function reportParameters(build: StackBuild, ingress: Ingress): void {
  const params = classParamsOf(ingress, build.snapshot);
  const place = { ingress, pointer: "/spec/ingressClassName" };
  for (const field of MODELLED_PARAMS.filter((name) => params[name] !== undefined)) {
    const message = `${field} of the IngressClassParams of Ingress ${objectKey(ingress)} has no effect on traffic: ${NOT_SERVED}`;
    report(build, place, { code: "SettingNotServed", message });
  }
}
