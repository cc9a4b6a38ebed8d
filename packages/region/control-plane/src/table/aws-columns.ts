/** The AWS kinds: the columns that answer "what does it do, and does it work". ACK's own CRDs print next to none. */

import type { Action, AddressBinding, RuleCondition, TargetGroup, TargetGroupBinding } from "@loopway/model";
import {
  type ElasticIPAddress,
  formatInboundSource,
  formatOrigin,
  type HostedZone,
  inboundSources,
  type KubeObject,
  type Listener,
  type LoadBalancer,
  loadBalancerAddresses,
  parseOrigin,
  type RecordSet,
  type Rule,
  type SecurityGroup,
} from "@loopway/model";
import { ageColumn, type Column, column, firstThree, nameColumn, orNone, wideColumn } from "./column.ts";

const origin: Column = wideColumn("Origin", ({ metadata }) => {
  const found = parseOrigin(metadata.annotations);
  return found === undefined ? "<none>" : formatOrigin(found);
});

export const loadBalancerColumns: Column<LoadBalancer>[] = [
  nameColumn,
  column("Type", ({ spec }) => spec.type),
  column("Scheme", ({ spec }) => spec.scheme),
  column("State", ({ status }) => status?.state?.code ?? "provisioning"),
  column("DNS-Name", ({ status }) => orNone(status?.dnsName)),
  ageColumn,
  wideColumn("Addresses", (loadBalancer) => firstThree(loadBalancerAddresses(loadBalancer))),
  origin,
];

export const listenerColumns: Column<Listener>[] = [
  nameColumn,
  column("Load-Balancer", ({ spec }) => spec.loadBalancerRef.from.name),
  column("Protocol", ({ spec }) => spec.protocol),
  column("Port", ({ spec }) => spec.port),
  column("Default-Action", ({ spec }) => formatActions(spec.defaultActions)),
  ageColumn,
  origin,
];

export const ruleColumns: Column<Rule>[] = [
  nameColumn,
  column("Priority", ({ spec }) => spec.priority),
  column("Conditions", ({ spec }) => orNone(spec.conditions.map(formatCondition).join(" && "))),
  column("Action", ({ spec }) => formatActions(spec.actions)),
  ageColumn,
  origin,
];

export const targetGroupColumns: Column<TargetGroup>[] = [
  nameColumn,
  column("Target-Type", ({ spec }) => spec.targetType),
  column("Protocol", ({ spec }) => spec.protocol),
  column("Port", ({ spec }) => spec.port),
  column("Healthy", ({ spec, status }) => {
    const healthy = (status?.targetHealthDescriptions ?? []).filter(({ targetHealth }) => targetHealth.state === "healthy");
    return `${healthy.length}/${spec.targets?.length ?? 0}`;
  }),
  ageColumn,
  wideColumn("Targets", ({ spec }) => firstThree((spec.targets ?? []).map(({ id, port }) => `${id}:${port}`))),
  origin,
];

export const targetGroupBindingColumns: Column<TargetGroupBinding>[] = [
  nameColumn,
  column("Service-Name", ({ spec }) => spec.serviceRef.name),
  column("Service-Port", ({ spec }) => String(spec.serviceRef.port)),
  column("Target-Type", ({ spec }) => spec.targetType ?? ""),
  wideColumn("ARN", ({ spec }) => spec.targetGroupARN ?? ""),
  ageColumn,
];

export const securityGroupColumns: Column<SecurityGroup>[] = [
  nameColumn,
  column("Group-Name", ({ spec }) => spec.name),
  column("Inbound", (group) => firstThree(inboundSources(group).map(formatInboundSource))),
  ageColumn,
  origin,
];

export const elasticIPAddressColumns: Column<ElasticIPAddress>[] = [
  nameColumn,
  column("Public-IP", ({ status }) => orNone(status?.publicIP)),
  ageColumn,
  origin,
];

export const hostedZoneColumns: Column<HostedZone>[] = [
  nameColumn,
  column("Domain", ({ spec }) => spec.name),
  column("Private", ({ spec }) => String(spec.hostedZoneConfig?.privateZone ?? false)),
  column("ID", ({ status }) => orNone(status?.id)),
  ageColumn,
];

export const recordSetColumns: Column<RecordSet>[] = [
  nameColumn,
  column("Record", ({ spec }) => spec.name),
  column("Type", ({ spec }) => spec.recordType),
  column("TTL", ({ spec }) => (spec.ttl === undefined ? "" : String(spec.ttl))),
  column("Value", ({ spec }) =>
    spec.aliasTarget === undefined
      ? firstThree((spec.resourceRecords ?? []).map(({ value }) => value))
      : `alias ${spec.aliasTarget.dnsName}`,
  ),
  ageColumn,
  wideColumn("Hosted-Zone", ({ spec }) => spec.hostedZoneRef.from.name),
];

export const addressBindingColumns: Column<AddressBinding>[] = [
  nameColumn,
  column("Virtual", ({ spec }) => `${spec.protocol} ${spec.address}:${spec.port}`),
  column("Bound", ({ spec }) => `${spec.boundAddress}:${spec.boundPort}`),
  ageColumn,
];

export const plainColumns: Column<KubeObject>[] = [nameColumn, ageColumn];

function formatCondition(condition: RuleCondition): string {
  const { httpHeaderConfig, queryStringConfig } = condition;
  const name = httpHeaderConfig === undefined ? condition.field : `${condition.field} ${httpHeaderConfig.httpHeaderName}`;
  const plain = [
    condition.hostHeaderConfig,
    condition.pathPatternConfig,
    httpHeaderConfig,
    condition.httpRequestMethodConfig,
    condition.sourceIPConfig,
  ].flatMap((config): string[] => [...(config?.values ?? []), ...((config as { regexValues?: string[] } | undefined)?.regexValues ?? [])]);
  const queries = (queryStringConfig?.values ?? []).map(({ key, value }) => (key === undefined ? value : `${key}=${value}`));
  return `${name} ${[...plain, ...queries].join("|")}`;
}

function formatActions(actions: readonly Action[]): string {
  return actions.map(formatAction).join(", ");
}

function formatAction({ type, forwardConfig, redirectConfig, fixedResponseConfig }: Action): string {
  if (forwardConfig !== undefined) {
    const groups = forwardConfig.targetGroups.map(({ targetGroupRef, weight }) =>
      forwardConfig.targetGroups.length > 1 ? `${targetGroupRef.from.name}:${weight ?? 1}` : targetGroupRef.from.name,
    );
    return `forward ${groups.join(",")}`;
  }
  if (redirectConfig !== undefined) return `redirect ${redirectConfig.statusCode}`;
  return fixedResponseConfig === undefined ? type : `${type} ${fixedResponseConfig.statusCode}`;
}
