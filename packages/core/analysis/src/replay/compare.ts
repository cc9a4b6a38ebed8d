import { buildLocation } from "@loopway/routing";
import type { LogLine } from "./parse-log-line.ts";
import type { RequestField } from "./parse-request-field.ts";
import type { Expectation } from "./visible-rules.ts";

/** What the log contradicts first. Target groups are compared at the end, when it is known which of them is which Service. */
export type Difference = "rule" | "action" | "status" | "location";

/**
 * The client left, or sent no whole request: the rule was chosen, what it does was not seen.
 * ELB guide, "Troubleshoot": 000, 400, 408, 460.
 */
const cutShort: ReadonlySet<number> = new Set([0, 400, 408, 460]);
/** ELB guide, "Actions taken": what is not the rule's last action says that the request came no further. */
const lastActions: ReadonlySet<string> = new Set(["forward", "redirect", "fixed-response"]);

/** Undefined where log and manifests agree. A forwarded request may have any status: it is the target's. */
export function differenceOf({ rule }: Expectation, line: LogLine, request: RequestField): Difference | undefined {
  if (line.rulePriority !== rule.priority) return "rule";
  const { action } = rule;
  const taken = line.actions?.slice(line.actions.lastIndexOf(",") + 1);
  if (action.kind === "unsupported" || taken === undefined || !lastActions.has(taken)) return undefined;
  if (taken !== action.kind) return "action";
  if (cutShort.has(line.status)) return undefined;
  if (action.kind === "fixed-response") return line.status === action.status ? undefined : "status";
  if (action.kind === "redirect") {
    if (line.status !== (action.config.statusCode === "HTTP_302" ? 302 : 301)) return "status";
    return line.redirectUrl === undefined || line.redirectUrl === buildLocation(action.config, request) ? undefined : "location";
  }
  return undefined;
}
