/** Objects of EC2 that load balancers need: kinds, group and field names of AWS Controllers for Kubernetes (ec2-controller). */
import type { AckStatus, KeyValue } from "./aws.ts";
import type { KubeObject } from "./object.ts";

/** Of TCP and UDP the two are ports; of ICMP type and code. Absent: all. */
export interface InboundRule {
  /** tcp, udp, icmp, icmpv6, or -1 for all of them. */
  ipProtocol: string;
  fromPort?: number;
  toPort?: number;
  ipRanges?: { cidrIP: string }[];
  ipv6Ranges?: { cidrIPv6: string }[];
  prefixListIDs?: { prefixListID: string }[];
}

/** Called by its id ("sg-…"), as load balancers refer to it. */
export interface SecurityGroup extends KubeObject {
  kind: "SecurityGroup";
  spec: {
    name: string;
    description: string;
    vpcID?: string;
    ingressRules?: InboundRule[];
    tags?: KeyValue[];
  };
  status?: AckStatus & { id?: string };
}

/** Called by its allocation id ("eipalloc-…"), as load balancers refer to it. Outlives those that it was associated with. */
export interface ElasticIPAddress extends KubeObject {
  kind: "ElasticIPAddress";
  spec: { tags?: KeyValue[] };
  status?: AckStatus & { allocationID?: string; publicIP?: string };
}

/** One source of an inbound rule: a CIDR, or the id of a prefix list ("pl-…"). */
export interface InboundSource {
  protocol: string;
  fromPort: number | undefined;
  toPort: number | undefined;
  source: string;
}

/** In the order in which they are written. */
export function inboundSources({ spec }: SecurityGroup): InboundSource[] {
  return (spec.ingressRules ?? []).flatMap(({ ipProtocol, fromPort, toPort, ipRanges = [], ipv6Ranges = [], prefixListIDs = [] }) => {
    const sources = [
      ...ipRanges.map(({ cidrIP }) => cidrIP),
      ...ipv6Ranges.map(({ cidrIPv6 }) => cidrIPv6),
      ...prefixListIDs.map(({ prefixListID }) => prefixListID),
    ];
    return sources.map((source) => ({ protocol: ipProtocol, fromPort, toPort, source }));
  });
}

/** "tcp:80 from 10.0.0.0/8", "udp:53-54 from pl-1", "all from 0.0.0.0/0" */
export function formatInboundSource({ protocol, fromPort, toPort, source }: InboundSource): string {
  const ports = fromPort === undefined ? "" : `:${fromPort}${toPort === undefined || toPort === fromPort ? "" : `-${toPort}`}`;
  return `${protocol === "-1" ? "all" : protocol}${ports} from ${source}`;
}
