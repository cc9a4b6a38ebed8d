// inbound-cidrs and security-group-prefix-lists: who may reach the listeners (pkg/ingress/model_build_listener.go).
import { type Ingress, objectKey, parseIpv4, parseIpv6 } from "@loopway/model";
import { type Report, readList } from "./annotations.ts";
import type { ClassParams } from "./ingress-class.ts";

export function readInboundCidrs(ingress: Ingress, params: ClassParams, report: Report): string[] {
  const ofClass = params.inboundCIDRs ?? [];
  const cidrs = ofClass.length > 0 ? ofClass : (readList("inbound-cidrs", [ingress.metadata.annotations]) ?? []);
  const bad = cidrs.find((cidr) => !isCidr(cidr));
  if (bad !== undefined) {
    // Go's net.ParseCIDR.
    const problem = `invalid CIDR address: ${bad}`;
    if (ofClass.length > 0) report(`invalid CIDR in IngressClassParams InboundCIDR ${bad}: ${problem}`);
    else report(`invalid inbound-cidrs settings on Ingress: ${objectKey(ingress)}: ${problem}`);
  }
  return cidrs;
}

export function readPrefixLists(ingress: Ingress, { prefixListsIDs, PrefixListsIDs }: ClassParams): string[] {
  const ofClass = prefixListsIDs ?? PrefixListsIDs ?? [];
  return ofClass.length > 0 ? ofClass : (readList("security-group-prefix-lists", [ingress.metadata.annotations]) ?? []);
}

function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return false;
  if (parseIpv4(address) !== undefined) return Number(prefix) <= 32;
  return parseIpv6(address) !== undefined && Number(prefix) <= 128;
}
