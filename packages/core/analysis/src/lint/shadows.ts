// Rules that can never take a request, because every one of theirs is taken before: box by box, each by one earlier rule.
import type { ListenerView, RuleView } from "./group-view.ts";
import { type Box, boxesOf, includesBox } from "./rule-region.ts";

export interface Shadow {
  listener: ListenerView;
  rule: RuleView;
  /** Of the rule. */
  box: Box;
  /** In order of priority; more than one where it takes several to cover it. */
  by: readonly RuleView[];
}

export function findShadows(listener: ListenerView): Shadow[] {
  const earlier: { rule: RuleView; box: Box }[] = [];
  const shadows: Shadow[] = [];
  for (const rule of listener.rules) {
    const boxes = boxesOf(rule.rule.spec.conditions);
    const coverers = boxes.map((box) => earlier.find((candidate) => includesBox(candidate.box, box))?.rule);
    const by = [...new Set(coverers)].filter((coverer) => coverer !== undefined);
    const [box] = boxes;
    if (box !== undefined && by.length > 0 && !coverers.includes(undefined)) {
      by.sort((left, right) => left.rule.spec.priority - right.rule.spec.priority);
      shadows.push({ listener, rule, box, by });
    }
    for (const own of boxes) earlier.push({ rule, box: own });
  }
  return shadows;
}

/** Every request. */
export function takesAll({ rule }: RuleView): boolean {
  return boxesOf(rule.spec.conditions).some(
    ({ host, path, others }) => host.text === "*" && (path.text === "/*" || path.text === "*") && others.length === 0,
  );
}
