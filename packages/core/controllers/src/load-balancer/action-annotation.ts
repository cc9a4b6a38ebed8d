// actions.<name>: fixed-response, redirect, forward (pkg/ingress/config_types.go).
import type { Action } from "@loopway/model";
import type { AnnotationSources, Report } from "./annotations.ts";
import { type GoObject, readGoObject } from "./go-json.ts";

export interface AnnotatedTargetGroup {
  serviceName?: string;
  servicePort?: number | string;
  targetGroupName?: string;
  targetGroupARN?: string;
  weight?: number;
}

export interface AnnotatedForward {
  type: "forward";
  forwardConfig: {
    targetGroups: AnnotatedTargetGroup[];
    targetGroupStickinessConfig?: { enabled?: boolean; durationSeconds?: number };
  };
}

export type AnnotatedAction = AnnotatedForward | (Action & { type: "fixed-response" | "redirect" });
export type ActionAnnotation = { kind: "absent" } | { kind: "invalid" } | { kind: "action"; action: AnnotatedAction };

export function readActionAnnotation(name: string, sources: AnnotationSources, report: Report): ActionAnnotation {
  const built = readGoObject({ suffix: `actions.${name}`, type: "ingress.Action", sources }, report, (value) => ({
    action: buildAnnotated(value),
  }));
  if (typeof built === "string") return { kind: built };
  const { action } = built;
  if (typeof action !== "string") return { kind: "action", action };
  report(action);
  return { kind: "invalid" };
}

/** The action, or what is wrong with it. */
function buildAnnotated(value: GoObject): AnnotatedAction | string {
  const type = value.text("type") ?? "";
  if (type === "fixed-response") return buildFixedResponse(value.object("fixedResponseConfig"));
  if (type === "redirect") return buildRedirect(value.object("redirectConfig"));
  return type === "forward" ? buildForward(value) : `unknown action type: ${type}`;
}

function buildFixedResponse(config: GoObject | undefined): AnnotatedAction | string {
  if (config === undefined) return "missing FixedResponseConfig";
  const statusCode = config.text("statusCode");
  if (statusCode === undefined || statusCode === "") return "invalid FixedResponseConfig: statusCode is required";
  return { type: "fixed-response", fixedResponseConfig: { statusCode, ...textsOf(config, ["contentType", "messageBody"]) } };
}

function buildRedirect(config: GoObject | undefined): AnnotatedAction | string {
  if (config === undefined) return "missing RedirectConfig";
  const statusCode = config.text("statusCode");
  if (statusCode === undefined || statusCode === "") return "invalid RedirectConfig: statusCode is required";
  return { type: "redirect", redirectConfig: { statusCode, ...textsOf(config, ["host", "path", "port", "protocol", "query"]) } };
}

function buildForward(value: GoObject): AnnotatedAction | string {
  const simple = textsOf(value, ["targetGroupARN", "targetGroupName"]);
  const config = value.object("forwardConfig");
  const isSimple = Object.keys(simple).length > 0;
  if (config !== undefined && isSimple) return "either ForwardConfig or TargetGroupARN/TargetGroupName can be specified";
  if (config === undefined)
    return isSimple
      ? { type: "forward", forwardConfig: { targetGroups: [simple] } }
      : "missing ForwardConfig or TargetGroupARN/TargetGroupName";
  const targetGroups = config.objects("targetGroups").map(buildTuple);
  const problem = targetGroups.map((tuple) => tupleProblem(tuple, targetGroups.length)).find((text) => text !== undefined);
  if (problem !== undefined) return `invalid ForwardConfig: ${problem}`;
  const stickiness = buildStickiness(config.object("targetGroupStickinessConfig"));
  return {
    type: "forward",
    forwardConfig: { targetGroups, ...(stickiness === undefined ? {} : { targetGroupStickinessConfig: stickiness }) },
  };
}

/** A numeric text as servicePort counts as a number: the predecessor of the controller knew only texts. */
function buildTuple(value: GoObject): AnnotatedTargetGroup {
  const written = value.integerOrText("servicePort");
  const servicePort = typeof written === "string" && /^\d+$/.test(written) ? Number(written) : written;
  const weight = value.integer("weight");
  return {
    ...textsOf(value, ["serviceName", "targetGroupARN", "targetGroupName"]),
    ...(servicePort === undefined ? {} : { servicePort }),
    ...(weight === undefined ? {} : { weight }),
  };
}

function tupleProblem(tuple: AnnotatedTargetGroup, count: number): string | undefined {
  const { serviceName, servicePort, targetGroupARN, targetGroupName, weight } = tuple;
  const isExternal = targetGroupARN !== undefined || targetGroupName !== undefined;
  if (serviceName === undefined && !isExternal) return "invalid TargetGroupTuple: missing serviceName or targetGroupARN/targetGroupName";
  if (serviceName !== undefined && isExternal)
    return "invalid TargetGroupTuple: either serviceName or targetGroupARN/targetGroupName can be specified";
  if (serviceName !== undefined && servicePort === undefined) return "invalid TargetGroupTuple: missing servicePort";
  return count > 1 && weight === undefined ? "weight must be set when route to multiple target groups" : undefined;
}

function buildStickiness(config: GoObject | undefined): { enabled?: boolean; durationSeconds?: number } | undefined {
  if (config === undefined) return undefined;
  const enabled = config.boolean("enabled");
  const durationSeconds = config.integer("durationSeconds");
  return { ...(enabled === undefined ? {} : { enabled }), ...(durationSeconds === undefined ? {} : { durationSeconds }) };
}

function textsOf<K extends string>(value: GoObject, keys: readonly K[]): { [key in K]?: string } {
  const texts: { [key in K]?: string } = {};
  for (const key of keys) {
    const text = value.text(key);
    if (text !== undefined) texts[key] = text;
  }
  return texts;
}
