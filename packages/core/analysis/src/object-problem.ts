import { type KubeObject, type Problem, SOURCE_ANNOTATION } from "@loopway/model";

/** A problem of one object, with the file and line it came from, where it is known. An error unless it says otherwise. */
export function objectProblem(
  object: KubeObject,
  problem: Pick<Problem, "code" | "message"> & Partial<Pick<Problem, "path" | "severity">>,
): Problem {
  const { kind, metadata } = object;
  const { namespace, name, generateName = "" } = metadata;
  const shown = String(name || generateName);
  const source: unknown = metadata.annotations?.[SOURCE_ANNOTATION];
  return {
    severity: "error",
    ...problem,
    object: `${kind} ${namespace === undefined ? shown : `${String(namespace)}/${shown}`}`,
    ...(typeof source === "string" ? { source } : {}),
  };
}
