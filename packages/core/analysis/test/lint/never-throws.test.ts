import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { lint, settle } from "../../src/index.ts";
import { manifests } from "../fixtures/manifests.ts";

const folder = join(import.meta.dirname, "../../../../../fixtures/pains");
const texts = readdirSync(folder)
  .filter((name) => !name.startsWith("06"))
  .map((name) => readFileSync(join(folder, name), "utf8"));

/** Every place of a JSON value, as its path. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === Number(step) ? replaced(item, rest, by) : item));
  return { ...(value as object), [step]: replaced((value as Record<string, unknown>)[step], rest, by) };
}

const odd = fc.constantFrom<unknown>(null, 0, -1, "", "x", "*", [], [null], {}, { a: 1 }, true, "9999999999", '{"', "[1]", undefined);
/** Of a kind that nothing validates, or of its own. */
const kinds = fc.constantFrom(undefined, undefined, "StatefulSet", "Rollout", "HorizontalPodAutoscaler");

test("whatever stands in a field, lint answers", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(), fc.nat(), odd, kinds), { minLength: 1, maxLength: 4 }),
      (text, changes) => {
        const objects: unknown[] = manifests(text);
        for (const [which, where, value, kind] of changes) {
          const at = which % objects.length;
          const places = placesIn(objects[at]).filter((path) => path.length > 0);
          const changed = replaced(objects[at], places[where % Math.max(places.length, 1)] ?? [], value) as object | undefined;
          objects[at] = kind === undefined ? changed : { ...changed, kind };
        }
        expect(lint(settle(objects as KubeObject[], { strict: true, now: 0 }))).toEqual(expect.any(Array));
      },
    ),
    { seed: 11, numRuns: 400 },
  );
});
