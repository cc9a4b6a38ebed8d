// The security group that the controller makes for one load balancer, as the object that the load balancer's hop reads its inbound rules from.
import { ACCOUNT_ID, apiVersionOf, type InboundRule, type InboundSource, kindNamed, REGION, type SecurityGroup } from "@loopway/model";
import { AWS_NAMESPACE } from "./names.ts";

/** `annotations` say where it comes from. */
export interface GroupParts extends Pick<SecurityGroup["spec"], "name" | "description" | "tags" | "vpcID"> {
  id: string;
  annotations: Record<string, string>;
  sources: readonly InboundSource[];
}

/** Called by its id, with status. */
export function securityGroupObject({ id, annotations, sources, name, description, vpcID, tags }: GroupParts): SecurityGroup {
  const arn = `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:security-group/${id}`;
  return {
    apiVersion: apiVersionOf(kindNamed("SecurityGroup")),
    kind: "SecurityGroup",
    metadata: { name: id, namespace: AWS_NAMESPACE, annotations },
    spec: {
      name,
      description,
      ...(vpcID === undefined ? {} : { vpcID }),
      ingressRules: buildRules(sources),
      ...(tags === undefined ? {} : { tags }),
    },
    status: { id, ackResourceMetadata: { arn, ownerAccountID: ACCOUNT_ID, region: REGION } },
  };
}

/** A rule for each protocol and port, with all its sources (ec2 AuthorizeSecurityGroupIngress, IpPermissions). */
function buildRules(sources: readonly InboundSource[]): InboundRule[] {
  const byPort = Map.groupBy(sources, ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`);
  return [...byPort.values()].map((same) => {
    const [{ protocol, fromPort, toPort } = { protocol: "-1", fromPort: undefined, toPort: undefined }] = same;
    const texts = same.map(({ source }) => source);
    const prefixLists = texts.filter((text) => text.startsWith("pl-"));
    const ipv6 = texts.filter((text) => text.includes(":"));
    const ipv4 = texts.filter((text) => !prefixLists.includes(text) && !ipv6.includes(text));
    return {
      ipProtocol: protocol,
      ...(fromPort === undefined ? {} : { fromPort }),
      ...(toPort === undefined ? {} : { toPort }),
      ...(ipv4.length === 0 ? {} : { ipRanges: ipv4.map((cidrIP) => ({ cidrIP })) }),
      ...(ipv6.length === 0 ? {} : { ipv6Ranges: ipv6.map((cidrIPv6) => ({ cidrIPv6 })) }),
      ...(prefixLists.length === 0 ? {} : { prefixListIDs: prefixLists.map((prefixListID) => ({ prefixListID })) }),
    };
  });
}
