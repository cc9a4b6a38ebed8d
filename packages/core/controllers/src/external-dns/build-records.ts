import { recordSetObjectName } from "@loopway/dns";
import { apiVersionOf, type HostedZone, kindNamed, ORIGIN_ANNOTATION, REGION, type RecordSet } from "@loopway/model";
import { ALB_HOSTED_ZONE_ID, NLB_HOSTED_ZONE_ID } from "../load-balancer/load-balancer-status.ts";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { type Endpoint, originOf } from "./endpoints.ts";
import { registryName, registryValue, resourceOf } from "./ownership.ts";

/** Seconds. ExternalDNS' AWS provider, default TTL. */
const REGISTRY_TTL = 300;

/** The alias record of the name, and the TXT record that says who owns it. */
export function buildRecords(name: string, endpoint: Endpoint, hostedZone: HostedZone): { alias: RecordSet; registry: RecordSet } {
  const alias = buildRecordSet(name, "A", { endpoint, hostedZone });
  alias.spec.aliasTarget = { dnsName: endpoint.target, hostedZoneID: canonicalHostedZone(endpoint.target), evaluateTargetHealth: true };
  const registry = buildRecordSet(registryName(name, "A"), "TXT", { endpoint, hostedZone });
  registry.spec.ttl = REGISTRY_TTL;
  registry.spec.resourceRecords = [{ value: registryValue(resourceOf(endpoint.source)) }];
  return { alias, registry };
}

/** By the order of words in a load balancer's name (provider/aws, canonicalHostedZones). */
function canonicalHostedZone(dnsName: string): string {
  return dnsName.endsWith(`.elb.${REGION}.amazonaws.com`) ? NLB_HOSTED_ZONE_ID : ALB_HOSTED_ZONE_ID;
}

function buildRecordSet(name: string, recordType: string, from: { endpoint: Endpoint; hostedZone: HostedZone }): RecordSet {
  return {
    apiVersion: apiVersionOf(kindNamed("RecordSet")),
    kind: "RecordSet",
    metadata: {
      name: recordSetObjectName(name, recordType),
      namespace: AWS_NAMESPACE,
      annotations: { [ORIGIN_ANNOTATION]: JSON.stringify(originOf(from.endpoint)) },
    },
    spec: { hostedZoneRef: { from: { name: from.hostedZone.metadata.name, namespace: AWS_NAMESPACE } }, name, recordType },
  };
}
