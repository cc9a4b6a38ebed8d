// The real controller passes over a misspelt annotation in silence; what this version does not read must not look as if it worked.
import { type Ingress, type IngressClass, objectKey } from "@loopway/model";
import { annotationKey, annotationSuffix } from "./annotations.ts";
import { CLASS_ANNOTATION } from "./ingress-class.ts";
import { annotationPointer, report, type StackBuild } from "./stack-build.ts";

const READ = new Set([
  "group.name",
  "group.order",
  "load-balancer-name",
  "scheme",
  "load-balancer-attributes",
  "tags",
  "listen-ports",
  "certificate-arn",
  "target-type",
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
]);
const READ_FAMILY = "actions.";

export function reportUnreadSettings(build: StackBuild): void {
  for (const ingress of build.members) {
    reportParameters(build, ingress);
    for (const key of Object.keys(ingress.metadata.annotations ?? {})) {
      const suffix = annotationSuffix(key);
      if (suffix === undefined || READ.has(suffix) || suffix.startsWith(READ_FAMILY)) continue;
      const message = `annotation ${annotationKey(suffix)} of Ingress ${objectKey(ingress)} has no effect: this version of Loopway does not read it`;
      report(build, { ingress, pointer: annotationPointer(key) }, { code: "SettingNotRead", message });
    }
  }
}

/** The class annotation wins over the field, and then the real controller loads no IngressClassParams either. */
function reportParameters(build: StackBuild, ingress: Ingress): void {
  const className = ingress.metadata.annotations?.[CLASS_ANNOTATION] === undefined ? ingress.spec?.ingressClassName : undefined;
  const ingressClass = className === undefined ? undefined : build.snapshot.get<IngressClass>("IngressClass", undefined, className);
  const parameters = ingressClass?.spec?.parameters;
  if (parameters === undefined) return;
  const message = `${parameters.kind} ${parameters.name} of IngressClass ${className} has no effect: this version of Loopway does not read it`;
  report(build, { ingress, pointer: "/spec/ingressClassName" }, { code: "SettingNotRead", message });
}
