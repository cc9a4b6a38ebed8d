import { matchesSelector, type Snapshot } from "@loopway/kube";
import type { Ingress, IngressClass, IngressClassParams, Namespace } from "@loopway/model";

const ALB_CONTROLLER = "ingress.k8s.aws/alb";
const ALB_CLASS_ANNOTATION_VALUE = "alb";
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";
const PARAMS_GROUP = "elbv2.k8s.aws";
const PARAMS_KIND = "IngressClassParams";

export type ClassParams = NonNullable<IngressClassParams["spec"]>;

export type ClassVerdict =
  | { kind: "alb"; params?: IngressClassParams }
  /** Another controller's, or nobody's. */
  | { kind: "unclaimed"; className?: string }
  | { kind: "invalid"; message: string };

/**
 * Whether the Load Balancer Controller takes an Ingress. The annotation wins over spec.ingressClassName, and then no parameters are loaded
 * (pkg/ingress/group_loader.go, class_loader.go).
 */
export function classifyIngress(ingress: Ingress, snapshot: Snapshot): ClassVerdict {
  const annotated = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  if (annotated !== undefined)
    return annotated === ALB_CLASS_ANNOTATION_VALUE ? { kind: "alb" } : { kind: "unclaimed", className: annotated };
  const className = ingress.spec?.ingressClassName;
  if (className === undefined) return defaultClass(ingress, snapshot);
  const ingressClass = snapshot.get<IngressClass>("IngressClass", undefined, className);
  if (ingressClass === undefined) return invalid(`ingressclasses.networking.k8s.io "${className}" not found`);
  return verdictOf(ingress, ingressClass, snapshot);
}

/** What its class sets for the Ingress; empty for one without. */
export function classParamsOf(ingress: Ingress, snapshot: Snapshot): ClassParams {
  const verdict = classifyIngress(ingress, snapshot);
  return (verdict.kind === "alb" ? verdict.params?.spec : undefined) ?? {};
}

function defaultClass(ingress: Ingress, snapshot: Snapshot): ClassVerdict {
  const isDefault = ({ metadata }: IngressClass) => metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === "true";
  const [only, ...others] = snapshot.list<IngressClass>("IngressClass").filter(isDefault);
  if (only === undefined) return { kind: "unclaimed" };
  return others.length > 0 ? invalid("multiple default IngressClasses found") : verdictOf(ingress, only, snapshot);
}

function verdictOf(ingress: Ingress, { metadata, spec }: IngressClass, snapshot: Snapshot): ClassVerdict {
  if (spec?.controller !== ALB_CONTROLLER) return { kind: "unclaimed", className: metadata.name };
  const { parameters } = spec;
  if (parameters === undefined) return { kind: "alb" };
  if (parameters.apiGroup !== PARAMS_GROUP || parameters.kind !== PARAMS_KIND)
    return invalid(`IngressClass ${metadata.name} references unknown parameters`);
  const params = snapshot.get<IngressClassParams>(PARAMS_KIND, undefined, parameters.name);
  if (params === undefined) return invalid(`ingressclassparamses.${PARAMS_GROUP} "${parameters.name}" not found`);
  return selectsNamespace(params, ingress, snapshot)
    ? { kind: "alb", params }
    : invalid(`namespaceSelector of IngressClassParams ${parameters.name} mismatch`);
}

function selectsNamespace({ spec }: IngressClassParams, ingress: Ingress, snapshot: Snapshot): boolean {
  if (spec?.namespaceSelector === undefined) return true;
  const namespace = snapshot.get<Namespace>("Namespace", undefined, ingress.metadata.namespace ?? "default");
  return matchesSelector(spec.namespaceSelector, namespace?.metadata.labels);
}

function invalid(reason: string): ClassVerdict {
  return { kind: "invalid", message: `invalid ingress class: ${reason}` };
}
