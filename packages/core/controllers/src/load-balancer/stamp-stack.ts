import { fnv1a, hexOf } from "@loopway/kube";
import {
  type Listener,
  type LoadBalancer,
  type Rule,
  type SecurityGroup,
  STACK_CHECKSUM_ANNOTATION,
  STACK_LABEL,
  STACK_MEMBER_ANNOTATION,
  type TargetGroup,
} from "@loopway/model";

export type StackMember = Listener | Rule | SecurityGroup | TargetGroup;

/**
 * Marks every member with its stack and hash, and the load balancer with the sum of the hashes modulo 2^32, so that a hop can tell a
 * whole stack from one half seen. Registered targets are not part of it: they change without the stack.
 */
export function stampStack(
  loadBalancer: LoadBalancer,
  members: readonly StackMember[],
): { loadBalancer: LoadBalancer; members: StackMember[] } {
  const hashes = members.map(hashOf);
  const sum = hashes.reduce((total, hash) => (total + hash) >>> 0, 0);
  const { name } = loadBalancer.metadata;
  const stamped = members.map((member, index) => {
    const marks = { labels: { [STACK_LABEL]: name }, annotations: { [STACK_MEMBER_ANNOTATION]: hexOf(hashes[index] ?? 0) } };
    return withMarks(member, marks);
  });
  return {
    loadBalancer: withMarks(loadBalancer, { labels: {}, annotations: { [STACK_CHECKSUM_ANNOTATION]: hexOf(sum) } }),
    members: stamped,
  };
}

function hashOf({ kind, metadata, spec }: StackMember): number {
  const built = kind === "TargetGroup" ? { ...spec, targets: undefined } : spec;
  // One program writes the fields, in one order.
  return fnv1a(JSON.stringify([kind, metadata.name, built]));
}

interface Marks {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

function withMarks<T extends StackMember | LoadBalancer>(object: T, { labels, annotations }: Marks): T {
  const { metadata } = object;
  return {
    ...object,
    metadata: { ...metadata, labels: { ...metadata.labels, ...labels }, annotations: { ...metadata.annotations, ...annotations } },
  };
}
