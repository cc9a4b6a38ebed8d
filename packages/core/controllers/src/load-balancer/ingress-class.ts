import type { Snapshot } from "@loopway/kube";
import type { Ingress, IngressClass } from "@loopway/model";

const ALB_CONTROLLER = "ingress.k8s.aws/alb";
const ALB_CLASS_ANNOTATION_VALUE = "alb";
export const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

export type ClassVerdict =
  | { kind: "alb" }
  /** Another controller's, or nobody's. */
  | { kind: "unclaimed"; className?: string }
  | { kind: "invalid"; message: string };

/** Whether the Load Balancer Controller takes an Ingress. The annotation wins over spec.ingressClassName (pkg/ingress/group_loader.go, class_loader.go). */
export function classifyIngress(ingress: Ingress, snapshot: Snapshot): ClassVerdict {
  const annotated = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  if (annotated !== undefined)
    return annotated === ALB_CLASS_ANNOTATION_VALUE ? { kind: "alb" } : { kind: "unclaimed", className: annotated };
  const className = ingress.spec?.ingressClassName;
  if (className === undefined) return defaultClass(snapshot);
  const ingressClass = snapshot.get<IngressClass>("IngressClass", undefined, className);
  if (ingressClass === undefined)
    return { kind: "invalid", message: `invalid ingress class: ingressclasses.networking.k8s.io "${className}" not found` };
  return verdictOf(ingressClass);
}

function defaultClass(snapshot: Snapshot): ClassVerdict {
  const isDefault = ({ metadata }: IngressClass) => metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === "true";
  const [only, ...others] = snapshot.list<IngressClass>("IngressClass").filter(isDefault);
  if (only === undefined) return { kind: "unclaimed" };
  return others.length > 0 ? { kind: "invalid", message: "invalid ingress class: multiple default IngressClasses found" } : verdictOf(only);
}

function verdictOf({ metadata, spec }: IngressClass): ClassVerdict {
  return spec?.controller === ALB_CONTROLLER ? { kind: "alb" } : { kind: "unclaimed", className: metadata.name };
}
