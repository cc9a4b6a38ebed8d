import { formatPointer } from "@loopway/model";
import type { LintRule } from "../rule.ts";

export const hostWithoutZone: LintRule = {
  code: "host-without-zone",
  severity: "warning",
  summary: "a host that lies in none of the hosted zones given: no record is written for it",
  *check({ groups, hostedZones }) {
    if (hostedZones === undefined) return;
    const names = hostedZones.map((name) => name.replace(/\.$/, "").toLowerCase());
    for (const object of groups.flatMap(({ members }) => members)) {
      for (const [index, { host = "" }] of (object.spec?.rules ?? []).entries()) {
        const name = host.toLowerCase();
        if (name === "" || names.some((zone) => name === zone || name.endsWith(`.${zone}`))) continue;
        yield {
          object,
          path: formatPointer("spec", "rules", index, "host"),
          message: `${host} lies in none of the hosted zones ${names.join(", ")}: ExternalDNS writes no record for it, and it does not resolve`,
        };
      }
    }
  },
};
