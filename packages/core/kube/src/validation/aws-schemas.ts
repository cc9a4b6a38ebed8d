/**
 * What must hold before a user's AWS object is stored: the fields that hops and controllers read, with ELBv2's and Route 53's limits. Other
 * fields of ACK's CRDs are named so that they are known, without a shape.
 */

import { flag, integer, type JsonSchema, kindOf, listOf, named, oneOf, record, text } from "./json-schema.ts";

const reference = record({ from: record({ name: text, namespace: text }, ["name"]) }, ["from"]);
const port = integer(1, 65_535);
const protocol = oneOf("HTTP", "HTTPS", "TCP", "UDP", "TLS", "TCP_UDP", "QUIC", "TCP_QUIC");
const keyValues = listOf(record({ key: text, value: text }, ["key"]));
const values = { values: listOf(text), regexValues: listOf(text) };

const action = record(
  {
    type: oneOf("forward", "redirect", "fixed-response", "authenticate-oidc", "authenticate-cognito", "jwt-validation"),
    order: integer(1, 50_000),
    forwardConfig: record(
      {
        targetGroups: listOf(record({ targetGroupRef: reference, targetGroupARN: text, weight: integer(0, 999) })),
        targetGroupStickinessConfig: record({ enabled: flag, durationSeconds: integer(1, 604_800) }),
      },
      ["targetGroups"],
    ),
    redirectConfig: record({ host: text, path: text, port: text, protocol: text, query: text, statusCode: oneOf("HTTP_301", "HTTP_302") }, [
      "statusCode",
    ]),
    fixedResponseConfig: record({ statusCode: { type: "string", pattern: "^[245][0-9]{2}$" }, contentType: text, messageBody: text }, [
      "statusCode",
    ]),
    ...named("authenticateOIDCConfig", "authenticateCognitoConfig", "jwtValidationConfig", "targetGroupARN", "targetGroupRef"),
  },
  ["type"],
);

const condition = record(
  {
    field: oneOf("host-header", "path-pattern", "http-header", "http-request-method", "query-string", "source-ip"),
    ...named("values"),
    hostHeaderConfig: record(values),
    pathPatternConfig: record(values),
    httpHeaderConfig: record({ httpHeaderName: text, ...values }, ["httpHeaderName"]),
    httpRequestMethodConfig: record({ values: listOf(text) }, ["values"]),
    queryStringConfig: record({ values: listOf(record({ key: text, value: text }, ["value"])) }, ["values"]),
    sourceIPConfig: record({ values: listOf(text) }, ["values"]),
  },
  ["field"],
);

const targetGroupSpec = record(
  {
    name: text,
    targetType: oneOf("instance", "ip", "lambda", "alb"),
    protocol,
    protocolVersion: oneOf("HTTP1", "HTTP2", "GRPC"),
    port,
    healthCheckEnabled: flag,
    healthCheckProtocol: text,
    healthCheckPort: text,
    healthCheckPath: text,
    healthCheckIntervalSeconds: integer(5, 300),
    healthCheckTimeoutSeconds: integer(2, 120),
    healthyThresholdCount: integer(2, 10),
    unhealthyThresholdCount: integer(2, 10),
    matcher: record({ httpCode: text, grpcCode: text }),
    attributes: keyValues,
    tags: keyValues,
    targets: listOf(record({ id: text, port, availabilityZone: text }, ["id"])),
    ...named("vpcID", "vpcRef", "ipAddressType"),
  },
  ["name", "protocol", "port"],
);

export const awsSchemas: Readonly<Record<string, JsonSchema>> = {
  LoadBalancer: kindOf(
    record(
      {
        name: text,
        type: oneOf("application", "network", "gateway"),
        scheme: oneOf("internal", "internet-facing"),
        ipAddressType: text,
        subnets: listOf(text),
        attributes: keyValues,
        tags: keyValues,
        ...named("subnetMappings", "subnetRefs", "securityGroups", "securityGroupRefs", "customerOwnedIPv4Pool"),
        ...named("ipamPools", "minimumLoadBalancerCapacity", "enablePrefixForIPv6SourceNAT"),
        ...named("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
      },
      ["name"],
    ),
  ),
  Listener: kindOf(
    record(
      {
        loadBalancerRef: reference,
        port,
        protocol,
        defaultActions: listOf(action),
        certificates: listOf(record({ certificateARN: text, isDefault: flag })),
        sslPolicy: text,
        tags: keyValues,
        attributes: keyValues,
        ...named("loadBalancerARN", "alpnPolicy", "mutualAuthentication"),
      },
      ["defaultActions", "port", "protocol"],
    ),
  ),
  Rule: kindOf(
    record(
      {
        listenerRef: reference,
        priority: integer(1, 50_000),
        conditions: listOf(condition),
        actions: listOf(action),
        tags: keyValues,
        ...named("listenerARN", "transforms"),
      },
      ["actions", "conditions", "priority"],
    ),
  ),
  TargetGroup: kindOf(targetGroupSpec),
  TargetGroupBinding: kindOf(
    record(
      {
        targetGroupARN: text,
        targetGroupName: text,
        targetType: oneOf("instance", "ip"),
        serviceRef: record({ name: text, port: { type: ["integer", "string"] } }, ["name", "port"]),
        ...named(
          "nodeSelector",
          "networking",
          "ipAddressType",
          "vpcID",
          "multiClusterTargetGroup",
          "iamRoleArnToAssume",
          "assumeRoleExternalId",
        ),
        ...named("targetGroupProtocol"),
      },
      ["serviceRef"],
    ),
  ),
  IngressClassParams: { ...kindOf({ type: "object" }), required: [] },
  SecurityGroup: kindOf(
    record(
      {
        name: text,
        description: text,
        ingressRules: listOf(
          record(
            {
              ipProtocol: text,
              fromPort: integer(-1, 65_535),
              toPort: integer(-1, 65_535),
              ipRanges: listOf(record({ cidrIP: text, description: text }, ["cidrIP"])),
              ipv6Ranges: listOf(record({ cidrIPv6: text, description: text }, ["cidrIPv6"])),
              prefixListIDs: listOf(record({ prefixListID: text, description: text }, ["prefixListID"])),
              ...named("userIDGroupPairs"),
            },
            ["ipProtocol"],
          ),
        ),
        tags: keyValues,
        ...named("vpcID", "vpcRef", "egressRules"),
      },
      ["name", "description"],
    ),
  ),
  ElasticIPAddress: kindOf(
    record({ tags: keyValues, ...named("address", "customerOwnedIPv4Pool", "networkBorderGroup", "publicIPv4Pool") }),
  ),
  Certificate: kindOf({ type: "object" }),
  HostedZone: kindOf(
    record({ name: text, hostedZoneConfig: record({ comment: text, privateZone: flag }), ...named("delegationSetID", "tags", "vpc") }, [
      "name",
    ]),
  ),
  RecordSet: kindOf(
    record(
      {
        hostedZoneRef: reference,
        name: text,
        recordType: oneOf(
          "A",
          "AAAA",
          "CAA",
          "CNAME",
          "DS",
          "HTTPS",
          "MX",
          "NAPTR",
          "NS",
          "PTR",
          "SOA",
          "SPF",
          "SRV",
          "SSHFP",
          "SVCB",
          "TLSA",
          "TXT",
        ),
        ttl: integer(0, 2_147_483_647),
        resourceRecords: listOf(record({ value: text }, ["value"])),
        aliasTarget: record({ dnsName: text, hostedZoneID: text, evaluateTargetHealth: flag }, ["dnsName"]),
        setIdentifier: text,
        weight: integer(0, 255),
        ...named("hostedZoneID", "changeBatch", "cidrRoutingConfig", "failover", "geoLocation", "healthCheckID", "healthCheckRef"),
        ...named("multiValueAnswer", "region"),
      },
      ["recordType"],
    ),
  ),
  AddressBinding: kindOf(
    record({ address: text, port, protocol: oneOf("tcp", "udp"), boundAddress: text, boundPort: port }, [
      "address",
      "port",
      "protocol",
      "boundAddress",
      "boundPort",
    ]),
  ),
};
