import { type KubeObject, objectKey, type Problem } from "@loopway/model";
import type { FieldFlaw } from "./parse-record-set.ts";

export function recordProblem(object: KubeObject, { path, reason }: FieldFlaw, severity: Problem["severity"]): Problem {
  return { code: "E_INVALID", message: reason, severity, object: `${object.kind} ${objectKey(object)}`, path };
}
