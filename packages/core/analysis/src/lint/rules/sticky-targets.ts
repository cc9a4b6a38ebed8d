import type { LintRule } from "../rule.ts";

const IS_STICKY = "stickiness.enabled";

export const stickyTargets: LintRule = {
  code: "sticky-targets",
  severity: "error",
  summary: "sticky targets in a weighted action whose groups are not sticky: AWS refuses the rule",
  *check({ views }) {
    const told = new Set<string>();
    for (const { listeners, targetGroups } of views) {
      const sticky = targetGroups.filter(
        ({ targetGroup }) => targetGroup.spec.attributes?.some(({ key, value }) => key === IS_STICKY && value === "true") === true,
      );
      const names = new Set(sticky.map(({ targetGroup }) => targetGroup.metadata.name));
      for (const { object, path, rule } of listeners.flatMap(({ rules }) => rules)) {
        const forward = rule.spec.actions.find(({ type }) => type === "forward")?.forwardConfig;
        const isSticky = forward?.targetGroups.some(({ targetGroupRef }) => names.has(targetGroupRef.from.name)) === true;
        const isAllowed = forward === undefined || forward.targetGroups.length < 2 || forward.targetGroupStickinessConfig?.enabled === true;
        const key = `${object.metadata.namespace}/${object.metadata.name} ${path}`;
        if (!isSticky || isAllowed || told.has(key)) continue;
        told.add(key);
        yield {
          object,
          path,
          message: `shares requests among ${forward.targetGroups.length} target groups, of which one has sticky targets: AWS refuses the rule ("You must enable group stickiness before enabling target stickiness")`,
          suggestion:
            'add "targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 3600} to the forwardConfig, or take stickiness.enabled out of target-group-attributes',
        };
      }
    }
  },
};
