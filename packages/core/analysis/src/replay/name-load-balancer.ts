import type { Routes } from "../routes.ts";

/** "k8s-default-web-0123456789": the hash depends on the cluster's name, which manifests do not tell. */
const HASH_LENGTH = 10;
const CONTROLLERS = "k8s-";

/** How the load balancer of a log was found among those of the manifests. */
export type Likeness = "same name" | "same name but for the hash" | "the only one";

export interface NamedRoutes {
  routes: Routes;
  likeness: Likeness;
}

/**
 * A name that the controller made tells the group, so that another group's load balancer in the same folder of logs is none of these; any
 * other name may be a given one, and the only load balancer of the manifests is taken for it.
 *
 * @param logged field 3, "app/<name>/<id>"; undefined where the manifests have no such load balancer, or several
 */
export function nameLoadBalancer(logged: string, candidates: readonly Routes[]): NamedRoutes | undefined {
  const name = nameOf(logged);
  const same = candidates.find(({ table }) => nameOf(table.resourceId) === name);
  if (same !== undefined) return { routes: same, likeness: "same name" };
  const alike = candidates.filter(({ table }) => isAlike(nameOf(table.resourceId), name));
  const [first, second] = alike.length > 0 || name.startsWith(CONTROLLERS) ? alike : candidates;
  if (first === undefined || second !== undefined) return undefined;
  return { routes: first, likeness: alike.length > 0 ? "same name but for the hash" : "the only one" };
}

function nameOf(resourceId: string): string {
  return resourceId.split("/")[1] ?? resourceId;
}

/** Names of the controller that differ in the hash alone. */
export function isAlike(left: string, right: string): boolean {
  return left.startsWith(CONTROLLERS) && left.slice(0, -HASH_LENGTH) === right.slice(0, -HASH_LENGTH) && left.length === right.length;
}
