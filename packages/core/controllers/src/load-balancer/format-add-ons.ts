// What stands beside the load balancer in the real controller's plan: its security group (pkg/model/ec2), certificates asked of ACM
// (pkg/model/acm), WAF and Shield (pkg/model/wafv2 …).
import type { Stack } from "./build-stack.ts";
import { toRecord } from "./key-values.ts";
import type { RequestedCertificate } from "./request-certificate.ts";

type Resources = Record<string, Record<string, { spec: Record<string, unknown> }>>;

export const MANAGED_SECURITY_GROUP = "ManagedLBSecurityGroup";
export const CERTIFICATE = "AWS::ACM::Certificate";

/** @param resourceARN the reference to the load balancer */
export function formatAddOns({ securityGroup, addOns, certificates }: Stack, resourceARN: unknown): Resources {
  const { webAclArn, webAclName, wafRegionalAclId, shieldProtected } = addOns;
  const webACLARN = webAclArn ?? webAclName;
  const ofLoadBalancer = (fields: Record<string, unknown>) => ({ LoadBalancer: { spec: { ...fields, resourceARN } } });
  return {
    ...(securityGroup === undefined
      ? {}
      : { "AWS::EC2::SecurityGroup": { [MANAGED_SECURITY_GROUP]: { spec: formatGroup(securityGroup) } } }),
    [CERTIFICATE]: Object.fromEntries([...certificates].map(([id, certificate]) => [id, { spec: formatCertificate(certificate) }])),
    ...(webACLARN === undefined ? {} : { "AWS::WAFv2::WebACLAssociation": ofLoadBalancer({ webACLARN: noneToEmpty(webACLARN) }) }),
    ...(wafRegionalAclId === undefined
      ? {}
      : { "AWS::WAFRegional::WebACLAssociation": ofLoadBalancer({ webACLID: noneToEmpty(wafRegionalAclId) }) }),
    ...(shieldProtected === undefined ? {} : { "AWS::Shield::Protection": ofLoadBalancer({ enabled: shieldProtected }) }),
  };
}

function formatGroup({ name, description, ingress }: NonNullable<Stack["securityGroup"]>): Record<string, unknown> {
  const rules = ingress.map(({ fromPort, toPort, cidr, prefixList }) => ({
    ipProtocol: "tcp",
    fromPort,
    toPort,
    ...(cidr === undefined ? {} : cidr.includes(":") ? { ipv6Range: [{ cidrIPv6: cidr }] } : { ipRanges: [{ cidrIP: cidr }] }),
    ...(prefixList === undefined ? {} : { prefixLists: [{ listID: prefixList }] }),
  }));
  return { groupName: name, description, ingress: rules };
}

function formatCertificate({ arn: _, tags, ...spec }: RequestedCertificate): Record<string, unknown> {
  return { ...spec, validationMethod: "DNS", ...(tags.length === 0 ? {} : { tags: toRecord(tags) }) };
}

/** "none" takes an association away. */
function noneToEmpty(id: string): string {
  return id === "none" ? "" : id;
}
