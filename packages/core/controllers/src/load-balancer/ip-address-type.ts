import { formatList, groupTexts } from "./group-settings.ts";
import type { StackBuild } from "./stack-build.ts";

const DUAL_STACK = ["dualstack", "dualstack-without-public-ipv4"];

export function isDualStack(ipAddressType: string): boolean {
  return DUAL_STACK.includes(ipAddressType);
}

/** The group's, or what is wrong with it (pkg/ingress/model_build_load_balancer.go). */
export function readIpAddressType(build: StackBuild): { value: string; problem?: string } {
  const values = groupTexts(build, "ip-address-type", ({ ipAddressType }) => ipAddressType);
  const [value = "ipv4"] = values;
  if (values.length > 1) return { value, problem: `conflicting IPAddressType: ${formatList(values)}` };
  return value === "ipv4" || isDualStack(value) ? { value } : { value, problem: `unknown IPAddressType: ${value}` };
}
