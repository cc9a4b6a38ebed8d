import { type KubeObject, LAST_APPLIED_ANNOTATION } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { buildApplyPatch } from "../src/apply-patch.ts";

const service = (spec: unknown): KubeObject => ({ apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec });
const rule = (spec: unknown): KubeObject => ({
  apiVersion: "elbv2.services.k8s.aws/v1alpha1",
  kind: "Rule",
  metadata: { name: "r" },
  spec,
});

/** The object as the API has it after an apply of `applied`. */
function existing(applied: KubeObject): KubeObject {
  return { ...applied, metadata: { ...applied.metadata, annotations: { [LAST_APPLIED_ANNOTATION]: JSON.stringify(applied) } } };
}

describe("what apply sends", () => {
  test.each([
    [
      "a field that is gone becomes null",
      { type: "NodePort", selector: { app: "a" } },
      { selector: { app: "a" } },
      { type: null, selector: { app: "a" } },
    ],
    [
      "a list merged by key: the missing item is deleted, the others are merged",
      { ports: [{ port: 80, name: "http" }, { port: 443 }] },
      { ports: [{ port: 80 }] },
      {
        ports: [
          { port: 80, name: null },
          { port: 443, $patch: "delete" },
        ],
      },
    ],
    ["a plain list is replaced", { externalIPs: ["1.1.1.1", "2.2.2.2"] }, { externalIPs: ["1.1.1.1"] }, { externalIPs: ["1.1.1.1"] }],
  ])("%s", (_name, before, after, spec) => {
    const { type, patch } = buildApplyPatch(existing(service(before)), service(after));
    expect(type).toBe("strategic");
    expect(patch).toMatchObject({ spec });
  });

  test("a kind without strategic merge gets a merge patch with whole lists", () => {
    const { type, patch } = buildApplyPatch(existing(rule({ actions: [1, 2] })), rule({ actions: [1] }));
    expect(type).toBe("merge");
    expect(patch).toMatchObject({ spec: { actions: [1] } });
  });

  test("what others wrote is left alone: only the last apply's fields are removed", () => {
    const live = existing(service({ selector: { app: "a" } }));
    const patch = buildApplyPatch(
      { ...live, spec: { selector: { app: "a" }, clusterIP: "127.11.0.9" } },
      service({ selector: { app: "b" } }),
    ).patch as KubeObject;
    expect(patch.spec).toEqual({ selector: { app: "b" } });
  });
});
