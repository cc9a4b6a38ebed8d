import type { PodTemplateSpec } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { templateHash } from "../../src/deployment/template-hash.ts";

const template = (image: string, labels: Record<string, string>): PodTemplateSpec => ({
  metadata: { labels },
  spec: { containers: [{ name: "app", image }] },
});

test("the hash of a template does not change from one version of Loopway to the next: pods would be replaced", () => {
  expect(templateHash(template("app:1", { app: "web" }))).toMatchInlineSnapshot(`"75744cdcf4"`);
});

test("the order of fields does not matter, every value does", () => {
  const text = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(text, text, text, (image, first, second) => {
      const hash = templateHash(template(image, { a: first, b: second }));
      expect(hash).toBe(templateHash(template(image, { b: second, a: first })));
      expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
      if (first !== second) expect(hash).not.toBe(templateHash(template(image, { a: second, b: first })));
    }),
    { seed: 1 },
  );
});
