// actions.<PROTOCOL>-<port> of a Service: other target groups beside its own, with weights (pkg/service/config_types.go).
import { decodeObject, type GoObject } from "../load-balancer/go-json.ts";
import { annotationKey, readText, reportAnnotation } from "./annotations.ts";
import type { ServiceBuild } from "./service-build.ts";

/** AWS: of a target group's weight. */
const MAX_WEIGHT = 999;

export interface WeightedForward {
  baseServiceWeight: number;
  targetGroups: WeightedTargetGroup[];
  isSticky?: boolean;
}

export interface WeightedTargetGroup {
  targetGroupARN?: string;
  serviceName?: string;
  servicePort?: number | string;
  weight?: number;
  /** Behind a TLS listener: plain TCP to the targets. */
  decrypts: boolean;
}

/** Undefined where there is none, and after a problem. */
export function readForward(build: ServiceBuild, suffix: string): WeightedForward | undefined {
  const raw = build.flags.gates.weightedTargetGroups ? readText(build, suffix) : undefined;
  if (raw === undefined) return undefined;
  const decoded = decodeObject(raw, "service.Action", buildForward);
  const built = "value" in decoded ? decoded.value : `failed to parse json annotation, ${annotationKey(suffix)}: ${raw}: ${decoded.error}`;
  if (typeof built !== "string") return built;
  reportAnnotation(build, suffix, built);
  return undefined;
}

/** The forward, or what is wrong with it. */
function buildForward(value: GoObject): WeightedForward | string {
  const type = value.text("type") ?? "";
  if (type !== "forward") return `unknown action type: ${type}`;
  const config = value.object("forwardConfig");
  if (config === undefined) return "missing ForwardConfig";
  const targetGroups = config.objects("targetGroups").map(buildTuple);
  const baseServiceWeight = config.integer("baseServiceWeight");
  const problem = targetGroups.map(tupleProblem).find((text) => text !== undefined) ?? weightProblem(targetGroups, baseServiceWeight);
  if (problem !== undefined) return `invalid ForwardConfig: ${problem}`;
  const isSticky = config.object("targetGroupStickinessConfig")?.boolean("enabled");
  return { baseServiceWeight: baseServiceWeight ?? 0, targetGroups, ...(isSticky === undefined ? {} : { isSticky }) };
}

function buildTuple(value: GoObject): WeightedTargetGroup {
  const targetGroupARN = value.text("targetGroupARN");
  const serviceName = value.text("serviceName");
  const servicePort = value.integerOrText("servicePort");
  const weight = value.integer("weight");
  return {
    ...(targetGroupARN === undefined ? {} : { targetGroupARN }),
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(servicePort === undefined ? {} : { servicePort }),
    ...(weight === undefined ? {} : { weight }),
    decrypts: value.boolean("decrypt") === true,
  };
}

function tupleProblem({ targetGroupARN, serviceName, servicePort, weight }: WeightedTargetGroup): string | undefined {
  const problem = (text: string) => `invalid TargetGroupTuple: ${text}`;
  if ((targetGroupARN === undefined) === (serviceName === undefined))
    return problem("precisely one of targetGroupARN and serviceName can be specified");
  if (serviceName !== undefined && servicePort === undefined) return problem("missing servicePort");
  return isWeight(weight ?? 0) ? undefined : problem(`target group weight must be between 0 and ${MAX_WEIGHT}`);
}

function weightProblem(targetGroups: readonly WeightedTargetGroup[], base: number | undefined): string | undefined {
  if (targetGroups.length > 1 && targetGroups.some(({ weight }) => weight === undefined))
    return "weight must be set when routing to multiple target groups";
  if (base === undefined) return "base service weight is required";
  return isWeight(base) ? undefined : `base service weight must be between 0 and ${MAX_WEIGHT}`;
}

function isWeight(weight: number): boolean {
  return weight >= 0 && weight <= MAX_WEIGHT;
}
