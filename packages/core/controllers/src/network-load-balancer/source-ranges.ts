import { formatPointer } from "@loopway/model";
import { annotationKey, readList } from "./annotations.ts";
import type { ServiceBuild } from "./service-build.ts";

const SUFFIX = "load-balancer-source-ranges";

/** Whom the Service lets in, and where it says so. The field wins over the annotation; none means everybody. */
export function readSourceRanges(build: Pick<ServiceBuild, "service">): { cidrs: readonly string[]; path: string } {
  const { loadBalancerSourceRanges = [] } = build.service.spec;
  if (loadBalancerSourceRanges.length > 0)
    return { cidrs: loadBalancerSourceRanges, path: formatPointer("spec", "loadBalancerSourceRanges") };
  return { cidrs: readList(build, SUFFIX) ?? [], path: formatPointer("metadata", "annotations", annotationKey(SUFFIX)) };
}
