// Rules that can never take a request, because every one of theirs is taken before: box by box, each by one earlier rule.
import { perObject } from "@loopway/kube";
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

/** Rule by rule, in order of priority. */
export const findShadows = perObject((listener: ListenerView): readonly Shadow[] => {
  const earlier = new EarlierBoxes();
  const shadows: Shadow[] = [];
  for (const rule of listener.rules) {
    const boxes = boxesOf(rule.rule.spec.conditions);
    const coverers = boxes.map((box) => earlier.findAround(box));
    const by = [...new Set(coverers)].filter((coverer) => coverer !== undefined);
    const [box] = boxes;
    if (box !== undefined && by.length > 0 && !coverers.includes(undefined)) {
      by.sort((left, right) => left.rule.spec.priority - right.rule.spec.priority);
      shadows.push({ listener, rule, box, by });
    }
    for (const own of boxes) earlier.add(rule, own);
  }
  return shadows;
});

interface EarlierBox {
  rule: RuleView;
  box: Box;
  position: number;
}

/** A host without wildcards includes only itself: of a thousand hosts' boxes, those of one are looked at, and those with wildcards. */
class EarlierBoxes {
  readonly #byHost = new Map<string, EarlierBox[]>();
  readonly #wide: EarlierBox[] = [];
  #count = 0;

  add(rule: RuleView, box: Box): void {
    const entry = { rule, box, position: this.#count++ };
    const { text, isRegex } = box.host;
    const known = this.#byHost.get(text);
    if (isRegex || /[*?]/.test(text)) this.#wide.push(entry);
    else if (known === undefined) this.#byHost.set(text, [entry]);
    else known.push(entry);
  }

  /** The rule of the first box that includes this one. */
  findAround(box: Box): RuleView | undefined {
    const found = [this.#byHost.get(box.host.text) ?? [], this.#wide].flatMap(
      (entries) => entries.find((candidate) => includesBox(candidate.box, box)) ?? [],
    );
    return found.sort((left, right) => left.position - right.position)[0]?.rule;
  }
}

/** Every request. */
export function takesAll({ rule }: RuleView): boolean {
  return boxesOf(rule.spec.conditions).some(
    ({ host, path, others }) => host.text === "*" && (path.text === "/*" || path.text === "*") && others.length === 0,
  );
}
