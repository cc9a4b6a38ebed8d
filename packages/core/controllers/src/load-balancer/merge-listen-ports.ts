// What several Ingresses say about one listener → the listener; they may not differ (pkg/ingress/model_builder.go, mergeListenPortConfigs).
import { isEqual } from "@loopway/kube";
import { objectKey } from "@loopway/model";
import { formatList } from "./group-settings.ts";
import type { PortSettings } from "./listen-port.ts";
import type { ListenPort } from "./listen-ports.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

const ANYWHERE = ["0.0.0.0/0", "::/0"];

export function mergePortSettings(build: StackBuild, listenerPort: number, settings: readonly PortSettings[]): ListenPort {
  const agree = agreement(build, listenerPort, settings);
  const protocol = agree("protocol", (one) => one.protocol, String) ?? "HTTP";
  const cidrs = agree("inbound-cidrs", ({ inboundCidrs }) => sortedUnlessEmpty(inboundCidrs), formatCidrs);
  const prefixLists = agree("inbound-prefix-lists", (one) => sortedUnlessEmpty(one.prefixLists), formatList) ?? [];
  const sslPolicy = agree("sslPolicy", (one) => one.sslPolicy, String) ?? build.flags.defaultSslPolicy;
  const mutualAuthentication = agree("mTLS Attributes", (one) => one.mutualAuthentication, JSON.stringify);
  return {
    listenerPort,
    protocol,
    ingresses: settings.filter((one) => one.protocol === protocol).map(({ ingress }) => ingress),
    inboundCidrs: cidrs ?? (prefixLists.length === 0 ? ANYWHERE : []),
    prefixLists,
    certificates: mergeCertificates(settings.map(({ certificates }) => certificates)),
    ...(protocol === "HTTPS" ? { sslPolicy } : {}),
    ...(mutualAuthentication === undefined ? {} : { mutualAuthentication }),
  };
}

/** The value of the first that has one; the first other value is a conflict. */
function agreement(build: StackBuild, listenerPort: number, settings: readonly PortSettings[]) {
  return <T>(name: string, pick: (one: PortSettings) => T | undefined, format: (value: T) => string): T | undefined => {
    const [first, ...others] = settings.flatMap((one) => {
      const value = pick(one);
      return value === undefined ? [] : [{ key: objectKey(one.ingress), value }];
    });
    const other = others.find(({ value }) => !isEqual(value, first?.value));
    if (first === undefined || other === undefined) return first?.value;
    const sides = `${first.key}: ${format(first.value)} | ${other.key}: ${format(other.value)}`;
    reportToGroup(build)(`failed to merge listenPort config for port: ${listenerPort}: conflicting ${name}, ${sides}`);
    return first.value;
  };
}

function sortedUnlessEmpty(list: readonly string[]): string[] | undefined {
  return list.length === 0 ? undefined : [...new Set(list)].sort();
}

function formatCidrs(cidrs: readonly string[]): string {
  const isV6 = (cidr: string) => cidr.includes(":");
  return `${formatList(cidrs.filter((cidr) => !isV6(cidr)))}, ${formatList(cidrs.filter(isV6))}`;
}

/** The very first is the default; it comes again where it is listed again, the others come once. */
function mergeCertificates(lists: readonly (readonly string[])[]): string[] {
  const [first, ...others] = lists.flat();
  return first === undefined ? [] : [first, ...new Set(others)];
}
