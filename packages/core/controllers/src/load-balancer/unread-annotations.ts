import { objectKey } from "@loopway/model";
import { annotationKey, annotationSuffix } from "./annotations.ts";
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

/** The real controller passes over a misspelt key in silence; a key that this version does not read must not look as if it worked. */
export function reportUnreadAnnotations(build: StackBuild): void {
  for (const ingress of build.members) {
    for (const key of Object.keys(ingress.metadata.annotations ?? {})) {
      const suffix = annotationSuffix(key);
      if (suffix === undefined || READ.has(suffix) || suffix.startsWith(READ_FAMILY)) continue;
      const message = `annotation ${annotationKey(suffix)} of Ingress ${objectKey(ingress)} has no effect: this version of Loopway does not read it`;
      report(build, { ingress, pointer: annotationPointer(key) }, { code: "AnnotationNotRead", message });
    }
  }
}
