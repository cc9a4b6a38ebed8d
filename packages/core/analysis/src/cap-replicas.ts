/** Manifests may ask for more pods than any answer needs: a thousand of one kind say what a million would. */
import { isJsonObject } from "@loopway/kube";
import type { KubeObject, Problem } from "@loopway/model";
import { objectProblem } from "./object-problem.ts";

/** More than most clusters run of one workload, and settled in a moment. */
const MAX_REPLICAS = 1000;
const FIELDS = ["replicas", "parallelism", "completions", "minReplicas"];

/** The object with no more than so many replicas, and a warning for each number that was cut. */
export function capReplicas(object: KubeObject): { object: KubeObject; problems: Problem[] } {
  const { spec } = object;
  if (!isJsonObject(spec)) return { object, problems: [] };
  const beyond = FIELDS.filter((field) => Number(spec[field]) > MAX_REPLICAS);
  if (beyond.length === 0) return { object, problems: [] };
  const problems = beyond.map((field) => {
    const message = `${field} ${spec[field]} is taken as ${MAX_REPLICAS}: more pods change no answer`;
    return objectProblem(object, { code: "ManyReplicas", message, severity: "warning", path: `/spec/${field}` });
  });
  return { object: { ...object, spec: { ...spec, ...Object.fromEntries(beyond.map((field) => [field, MAX_REPLICAS])) } }, problems };
}
