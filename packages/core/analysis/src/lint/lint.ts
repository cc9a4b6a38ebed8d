import { type KubeObject, objectKey, SOURCE_ANNOTATION } from "@loopway/model";
import type { SettleOptions } from "../settled.ts";
import type { Finding, FindingPlace, Severity } from "./finding.ts";
import type { Found, LintRule, Spot } from "./rule.ts";
import { lintRules } from "./rules.ts";
import { buildSubject, type LintInput } from "./subject.ts";

export interface LintOptions extends Pick<SettleOptions, "lbcVersion" | "quotas"> {
  /** Refuse what only Loopway accepts; true where absent. */
  strict?: boolean;
  /** By code: another severity than the rule's own, or "off". */
  severities?: Readonly<Record<string, Severity | "off">>;
  /** file:line of a place in an object; without it, of the object. */
  sourceOf?: (object: KubeObject, path: string) => string | undefined;
}

/** Codes whose findings tell more exactly why a group is refused by the controller, or by AWS. */
const REFUSING = {
  "failed-build-model": new Set([
    "wildcard-path",
    "dangling-port",
    "weight-missing-service",
    "cluster-ip-instance",
    "missing-certificate",
    "unknown-condition-field",
  ]),
  "failed-deploy-model": new Set(["grpc-success-codes", "sticky-targets", "quota-exceeded", "missing-certificate"]),
};

/** What is wrong, or will be, with settled manifests: in order of severity, then of rule, then of object. Pure; never throws, whatever they hold. */
export function lint(settled: LintInput, options: LintOptions = {}): Finding[] {
  const { severities = {}, sourceOf = sourceOfObject } = options;
  const subject = buildSubject(settled, options);
  const findings = lintRules.flatMap((rule) => [...rule.check(subject)].map((found) => toFinding(rule, found, sourceOf)));
  const groupOf = new Map(subject.groups.flatMap(({ id, members }) => members.map((member) => [`Ingress ${objectKey(member)}`, id])));
  // Last: who turns a code down does not want the same matter under another.
  const told = withoutCoarser(findings, groupOf).flatMap((finding) => {
    const severity = severities[finding.code] ?? finding.severity;
    return severity === "off" ? [] : [{ ...finding, severity }];
  });
  const rank = ({ severity }: Finding) => ["error", "warning", "info"].indexOf(severity);
  return told.sort((left, right) => rank(left) - rank(right));
}

function toFinding(rule: LintRule, found: Found, sourceOf: NonNullable<LintOptions["sourceOf"]>): Finding {
  const { message, suggestion, fix, witness, related = [] } = found;
  const placeOf = ({ object, path }: Spot): FindingPlace => {
    const source = sourceOf(object, path);
    return { object: `${object.kind} ${objectKey(object)}`, path, ...(source === undefined ? {} : { source }) };
  };
  return {
    code: rule.code,
    severity: found.severity ?? rule.severity,
    ...placeOf(found),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(fix === undefined ? {} : { fix }),
    ...(witness === undefined ? {} : { witness: { ...witness, takenBy: placeOf(witness.takenBy) } }),
    related: related.map((spot) => ({ ...placeOf(spot), message: spot.message })),
  };
}

/** The controller's own refusal is left out where a rule has said the same with its place and its remedy. */
function withoutCoarser(findings: readonly Finding[], groupOf: ReadonlyMap<string, string>): Finding[] {
  const finer = (code: keyof typeof REFUSING) =>
    findings.filter((finding) => REFUSING[code].has(finding.code) && finding.severity === "error");
  const builds = finer("failed-build-model");
  const deploys = new Set(
    finer("failed-deploy-model").flatMap((finding) => [finding, ...finding.related].map(({ object }) => groupOf.get(object))),
  );
  const isWithin = (outer: FindingPlace, inner: FindingPlace) => outer.object === inner.object && inner.path.startsWith(outer.path);
  return findings.filter((finding) => {
    if (finding.code === "failed-deploy-model") return !deploys.has(groupOf.get(finding.object));
    return (
      finding.code !== "failed-build-model" ||
      !builds.some((other) => [other, ...other.related].some((place) => isWithin(finding, place) || isWithin(place, finding)))
    );
  });
}

function sourceOfObject({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[SOURCE_ANNOTATION];
}
