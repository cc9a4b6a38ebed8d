/** The AWS Load Balancer Controller's own table tests, as manifests with the model or the error that they lead to. NLB cases: nlb.vectors.test.ts. */
import { vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { answers } from "./lbc/answers.ts";
import { comparable } from "./lbc/comparable.ts";
import { type Case, readCases } from "./lbc/read-case.ts";

const folder = vectorsFolder("lbc");
const cases = folder === undefined ? [] : readCases(folder).filter(isIngressCase);

/** Cases of Services name no Ingress and have scopes of their own, or a stack whose type is network. */
function isIngressCase({ name }: Case): boolean {
  return !/^\d+-nlb/.test(name);
}

describe.skipIf(folder === undefined)("a stack of the real controller", () => {
  if (cases.length === 0) test.skip("no cases", () => {});
  test.each(cases.map((one) => [`${one.scope}: ${one.name}`, one] as const))("%s", (_name, one) => {
    const answer = answers[one.scope]?.(one);
    if ("error" in one.expected) expect(answer).toEqual({ error: expect.stringMatching(endingWith(one.expected.error)) });
    else expect(comparable(answer)).toEqual(comparable(one.expected));
  });
});

/** The controller puts "ingress: namespace/name: " before what the inner builder says. */
function endingWith(error: string): RegExp {
  const literal = error.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^(ingress: \\S+: )?${literal}$`);
}
