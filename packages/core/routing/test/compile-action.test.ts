import type { Action } from "@loopway/model";
import { expect, test } from "vitest";
import { type CompiledAction, compileAction, describeAction } from "../src/compile-action.ts";

const group = (name: string, weight?: number) => ({ targetGroupRef: { from: { name } }, ...(weight !== undefined && { weight }) });
const forward = (durationSeconds: number | undefined, enabled: boolean): Action => ({
  type: "forward",
  forwardConfig: {
    targetGroups: [group("a", 9), group("b")],
    targetGroupStickinessConfig: { enabled, ...(durationSeconds !== undefined && { durationSeconds }) },
  },
});
const fixed = (statusCode: string, messageBody?: string): Action => ({
  type: "fixed-response",
  fixedResponseConfig: { statusCode, ...(messageBody !== undefined && { messageBody }) },
});
const forwarded = { kind: "forward", targetGroups: ["a", "b"], weights: [9, 1] } as const;
const plain = { kind: "fixed-response", contentType: "text/plain" } as const;

test.each<[string, Action[], CompiledAction, string]>([
  ["a weight that is not given is 1", [forward(undefined, false)], { ...forwarded, stickySeconds: undefined }, "forward a b"],
  ["group stickiness that is on", [forward(60, true)], { ...forwarded, stickySeconds: 60 }, "forward a b"],
  ["group stickiness that is off", [forward(60, false)], { ...forwarded, stickySeconds: undefined }, "forward a b"],
  ["a fixed response without body", [fixed("503")], { ...plain, status: 503, body: "" }, "fixed-response 503"],
  ["a 204 never has a body", [fixed("204", "text")], { ...plain, status: 204, body: "" }, "fixed-response 204"],
  ...(["authenticate-oidc", "authenticate-cognito", "jwt-validation"] as const).map((type): [string, Action[], CompiledAction, string] => [
    `${type} before a forward is not passed over, whatever the order given`,
    [
      { ...forward(60, true), order: 2 },
      { type, order: 1 },
    ],
    { kind: "unsupported", type },
    type,
  ]),
  ["an action without its config", [{ type: "redirect" }], { kind: "unsupported", type: "redirect" }, "redirect"],
  ["no action", [], { kind: "unsupported", type: "forward" }, "forward"],
])("%s", (_, actions, compiled, description) => {
  expect(compileAction(actions)).toEqual(compiled);
  expect(describeAction(compiled)).toBe(description);
});
