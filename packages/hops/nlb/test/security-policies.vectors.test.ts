import { readFileSync } from "node:fs";
import { join } from "node:path";
import { securityPolicies } from "@loopway/model";
import { vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";

interface Vector {
  name: string;
  protocols: string[];
  ciphers: string[];
  /** Why the collector of the list doubts the entry. */
  suspect?: string;
}

const folder = vectorsFolder("tls");
if (folder === undefined) test.skip("policies as others list them: LOOPWAY_VECTORS has no folder tls");
else {
  const { policies } = JSON.parse(readFileSync(join(folder, "alb-policies.json"), "utf8")) as { policies: Vector[] };
  describe("as others list them", () => {
    test.each(policies.filter(({ suspect }) => suspect === undefined))("$name", ({ name, protocols, ciphers }) => {
      const policy = securityPolicies[name];
      expect([policy?.minVersion, policy?.maxVersion]).toEqual([protocols[0], protocols.at(-1)]);
      expect(policy?.ciphers).toEqual(ciphers);
    });
  });
}
