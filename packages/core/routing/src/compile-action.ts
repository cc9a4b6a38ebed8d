/** What a rule or a listener does with a request, ready to be done. */
import type { Action } from "@loopway/model";

export type CompiledAction =
  | {
      kind: "forward";
      targetGroups: readonly string[];
      /** Of each of `targetGroups`. */
      weights: readonly number[];
      /** Seconds for which a client stays with its target group, where group stickiness is on. */
      stickySeconds: number | undefined;
    }
  | { kind: "redirect"; config: NonNullable<Action["redirectConfig"]> }
  | { kind: "fixed-response"; status: number; contentType: string; body: string }
  /** The rule stands, but this load balancer cannot do what it says: 500. */
  | { kind: "unsupported"; type: Action["type"] };

/** Exactly one of forward, redirect and fixed-response comes last; one that would authenticate before it must not be passed over. */
export function compileAction(actions: readonly Action[]): CompiledAction {
  const [first, ...others] = [...actions].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  if (first === undefined) return { kind: "unsupported", type: "forward" };
  const { type, forwardConfig, redirectConfig, fixedResponseConfig } = first;
  if (others.length > 0) return { kind: "unsupported", type };
  if (type === "forward" && forwardConfig !== undefined) return compileForward(forwardConfig);
  if (type === "redirect" && redirectConfig !== undefined) return { kind: "redirect", config: redirectConfig };
  if (type === "fixed-response" && fixedResponseConfig !== undefined) return compileFixedResponse(fixedResponseConfig);
  return { kind: "unsupported", type };
}

function compileForward({ targetGroups, targetGroupStickinessConfig }: NonNullable<Action["forwardConfig"]>): CompiledAction {
  const { enabled, durationSeconds } = targetGroupStickinessConfig ?? {};
  return {
    kind: "forward",
    targetGroups: targetGroups.map(({ targetGroupRef }) => targetGroupRef.from.name),
    weights: targetGroups.map(({ weight }) => weight ?? 1),
    stickySeconds: enabled === true ? durationSeconds : undefined,
  };
}

function compileFixedResponse(config: NonNullable<Action["fixedResponseConfig"]>): CompiledAction {
  const { statusCode, contentType = "text/plain", messageBody = "" } = config;
  const status = Number(statusCode);
  // RFC 9110 section 15.3.5: a body behind a 204 would be read as the next response.
  return { kind: "fixed-response", status, contentType, body: status === 204 ? "" : messageBody };
}

/** As it goes into decisions. */
export function describeAction(action: CompiledAction): string {
  switch (action.kind) {
    case "forward":
      return `forward ${action.targetGroups.join(" ")}`;
    case "redirect":
      return `redirect ${action.config.statusCode}`;
    case "fixed-response":
      return `fixed-response ${action.status}`;
    case "unsupported":
      return action.type;
  }
}
