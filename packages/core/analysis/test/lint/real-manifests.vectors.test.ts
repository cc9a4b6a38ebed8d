/** Other people's manifests: lint answers whatever they hold, each finding names object and field, and well-formed ones raise no alarm. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "@loopway/model";
import { vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { type Finding, lint, settle } from "../../src/index.ts";
import { manifests } from "../fixtures/manifests.ts";

const folder = vectorsFolder("real-manifests");
/** Findings about an object as a whole, or about a load balancer. */
const WHOLE = new Set(["duplicate-object", "quota-meter", "failed-deploy-model", "failed-load-group-id", "readiness-gate"]);

function filesIn(set: string): string[] {
  const names = readdirSync(join(folder ?? "", set), { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(folder ?? "", set, name));
}

/** Templates that are no YAML are nothing to lint. */
function objectsIn(file: string): KubeObject[] {
  return manifests(readFileSync(file, "utf8")).filter((object) => typeof object?.kind === "string");
}

function linted(objects: readonly KubeObject[]): Finding[] {
  return lint(settle(objects, { strict: true, now: 0 }));
}

const sets =
  folder === undefined ? [] : readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

describe.skipIf(folder === undefined)("real manifests", () => {
  test.each(sets)("%s", (set) => {
    for (const finding of [...linted(filesIn(set).flatMap(objectsIn)), ...filesIn(set).flatMap((file) => linted(objectsIn(file)))]) {
      expect(finding.object).toMatch(/^[A-Z]\w+ \S+$/);
      if (!WHOLE.has(finding.code)) expect(finding.path, `${finding.code}: ${finding.message}`).toMatch(/^\//);
    }
  });

  // Read by hand: these are applied as they stand in the guides and workshops that they come from.
  test.each(["argo-rollouts-alb", "eksblueprints-game2048", "guestbook", "lbc-2048", "lbc-echoservice", "lbc-grpc", "lbc-i2g-vanilla"])(
    "%s is well-formed: no error, no warning",
    (set) => {
      const told = linted(filesIn(set).flatMap(objectsIn)).filter(({ severity }) => severity !== "info");
      expect(told.map(({ code, object, message }) => `${code} ${object} ${message}`)).toEqual([]);
    },
  );
});
