import { LoopwayError, type ProcessKind } from "@loopway/model";
import type { Part } from "@loopway/supervisor";

/** Pods and the kube-proxy of a node run together: `loopway node`. */
const hops: readonly ProcessKind[] = ["control-plane", "collector", "route53", "client", "alb", "kube-proxy", "edge"];

const partUsage = `hop KIND [NAME] | node NAME, KIND one of ${hops.join(", ")}`;

/** `["hop", "alb"]`, `["node", "ip-127-10-1-10.ec2.internal"]`. Throws E_USAGE. */
export function parsePart([what, first, second, ...others]: readonly string[]): Part {
  if (others.length === 0 && first !== undefined) {
    const kind = hops.find((hop) => hop === first);
    if (what === "hop" && kind !== undefined) return { hop: kind, ...(second === undefined ? {} : { name: second }) };
    if (what === "node" && second === undefined) return { node: first };
  }
  throw new LoopwayError("E_USAGE", { message: `expected ${partUsage}` });
}
