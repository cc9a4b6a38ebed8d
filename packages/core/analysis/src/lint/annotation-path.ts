import { formatPointer } from "@loopway/model";

export const ALB_PREFIX = "alb.ingress.kubernetes.io/";

/** Of an annotation of the Load Balancer Controller, by its suffix. */
export function annotationPath(suffix: string): string {
  return annotationKeyPath(ALB_PREFIX + suffix);
}

export function annotationKeyPath(key: string): string {
  return formatPointer("metadata", "annotations", key);
}
