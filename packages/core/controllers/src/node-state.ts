import type { Node } from "@loopway/model";

export function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;
}
