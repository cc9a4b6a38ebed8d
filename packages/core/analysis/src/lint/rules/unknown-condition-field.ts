import { CONDITION_FIELDS, readGoObjects } from "@loopway/controllers";
import { ALB_PREFIX, annotationPath } from "../annotation-path.ts";
import { nearestName } from "../nearest.ts";
import type { LintRule } from "../rule.ts";

export const unknownConditionField: LintRule = {
  code: "unknown-condition-field",
  severity: "error",
  summary: "a condition with a field that does not exist is dropped in silence: the rule takes more than was meant",
  *check({ groups }) {
    for (const object of groups.flatMap(({ members }) => members)) {
      const { annotations = {} } = object.metadata;
      for (const suffix of Object.keys(annotations).map((key) => key.replace(ALB_PREFIX, ""))) {
        if (!suffix.startsWith("conditions.")) continue;
        const source = { suffix, type: "ingress.RuleCondition", sources: [annotations] };
        const fields = readGoObjects(
          source,
          () => {},
          (conditions) => conditions.map((condition) => condition.text("field") ?? ""),
        );
        for (const field of Array.isArray(fields) ? fields : []) {
          if (CONDITION_FIELDS.includes(field)) continue;
          const nearest = nearestName(field, CONDITION_FIELDS);
          yield {
            object,
            path: annotationPath(suffix),
            message: `${field === "" ? "a condition without field" : `the condition field ${field} does not exist, and the condition`} is dropped in silence: the rule takes requests that it should not`,
            suggestion: nearest === undefined ? `fields are ${CONDITION_FIELDS.join(", ")}` : `did you mean ${nearest.name}?`,
          };
        }
      }
    }
  },
};
