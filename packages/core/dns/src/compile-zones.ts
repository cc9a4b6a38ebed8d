import { type HostedZone, type KubeObject, type LoadBalancer, objectKey, type Problem, REGION, type RecordSet } from "@loopway/model";
import { isFlaw } from "./flaw.ts";
import { buildLoadBalancerRecords } from "./load-balancer-records.ts";
import { isAtOrBelow, nameKey, parseName } from "./name.ts";
import { type GroupDraft, parseRecordSet } from "./parse-record-set.ts";
import { recordProblem } from "./record-problem.ts";
import { resolveAliases } from "./resolve-aliases.ts";
import { addApexRecords, addGroup, finishZone, type ZoneDraft } from "./zone-draft.ts";
import type { ZoneTable } from "./zone-table.ts";

export interface ZoneObjects {
  hostedZones: readonly HostedZone[];
  recordSets: readonly RecordSet[];
  loadBalancers: readonly LoadBalancer[];
}

export interface CompiledZones {
  table: ZoneTable;
  /** Each names its object. An error disables that object alone; a warning tells what may still be on its way. */
  problems: Problem[];
}

/** Where load balancers' names lie; they exist without any load balancer, so that a name that is gone is NXDOMAIN and not REFUSED. */
const elbZones = [`${REGION}.elb.amazonaws.com.`, `elb.${REGION}.amazonaws.com.`];

/** From objects to the table that answers. Where two objects claim the same, the older counts. Never throws for what users wrote. */
export function compileZones({ hostedZones, recordSets, loadBalancers }: ZoneObjects): CompiledZones {
  const problems: Problem[] = [];
  const draftsByName = new Map<string, ZoneDraft>();
  const draftsByObject = draftHostedZones(hostedZones, draftsByName, problems);
  for (const recordSet of oldestFirst(recordSets)) placeRecordSet(recordSet, draftsByObject, problems);
  addElbZones(loadBalancers, draftsByName);
  for (const draft of draftsByName.values()) addApexRecords(draft);
  problems.push(...resolveAliases(draftsByName));
  const zones = [...draftsByName.values()].map(finishZone);
  return { table: { zonesByName: new Map(zones.map((zone) => [zone.name, zone])) }, problems };
}

function draftHostedZones(
  hostedZones: readonly HostedZone[],
  draftsByName: Map<string, ZoneDraft>,
  problems: Problem[],
): Map<string, ZoneDraft> {
  const draftsByObject = new Map<string, ZoneDraft>();
  for (const hostedZone of oldestFirst(hostedZones)) {
    const name = parseName(hostedZone.spec.name ?? "", { radix: 8, origin: "." });
    if (isFlaw(name)) {
      problems.push(recordProblem(hostedZone, { path: "/spec/name", reason: name.reason }, "error"));
      continue;
    }
    const key = nameKey(name);
    const draft: ZoneDraft = { name: key, hostedZone, nodesByName: new Map() };
    draftsByObject.set(objectKey(hostedZone), draft);
    const older = draftsByName.get(key)?.hostedZone;
    if (older === undefined) draftsByName.set(key, draft);
    else
      problems.push(
        recordProblem(hostedZone, { path: "/spec/name", reason: `hosted zone ${objectKey(older)} already serves ${key}` }, "error"),
      );
  }
  return draftsByObject;
}

function placeRecordSet(recordSet: RecordSet, draftsByObject: ReadonlyMap<string, ZoneDraft>, problems: Problem[]): void {
  const group = parseRecordSet(recordSet);
  if (isFlaw(group)) {
    problems.push(recordProblem(recordSet, group, "error"));
    return;
  }
  const { name, namespace = recordSet.metadata.namespace } = recordSet.spec.hostedZoneRef?.from ?? { name: "" };
  const draft = draftsByObject.get(namespace === undefined ? name : `${namespace}/${name}`);
  if (draft === undefined) {
    problems.push(
      recordProblem(recordSet, { path: "/spec/hostedZoneRef/from", reason: `there is no hosted zone named ${name}` }, "warning"),
    );
    return;
  }
  const reason = whyNotPermitted(group, draft);
  if (reason === undefined) addGroup(draft, group);
  else problems.push(recordProblem(recordSet, { path: "/spec/name", reason }, "error"));
}

/** What Route 53 refuses, in its words where it has some. */
function whyNotPermitted({ name, type }: GroupDraft, zone: ZoneDraft): string | undefined {
  const node = zone.nodesByName.get(name);
  if (!isAtOrBelow(name, zone.name)) return `RRSet with DNS name ${name} is not permitted in zone ${zone.name}`;
  if (type === "CNAME" && name === zone.name)
    return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`;
  if (type === "SOA" && name !== zone.name)
    return `RRSet of type SOA with DNS name ${name} is not permitted below the apex of zone ${zone.name}`;
  const same = node?.get(type);
  if (same !== undefined) return `record set [name='${name}', type='${type}'] already exists (${same.object})`;
  if (node !== undefined && (type === "CNAME" || node.has("CNAME")))
    return `RRSet of type ${type} with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`;
  return undefined;
}

function addElbZones(loadBalancers: readonly LoadBalancer[], draftsByName: Map<string, ZoneDraft>): void {
  const recordsByZone = buildLoadBalancerRecords(loadBalancers);
  for (const name of new Set([...elbZones, ...recordsByZone.keys()])) {
    if (draftsByName.has(name)) continue;
    const draft: ZoneDraft = { name, nodesByName: new Map() };
    for (const record of recordsByZone.get(name) ?? []) addGroup(draft, record);
    draftsByName.set(name, draft);
  }
}

function oldestFirst<T extends KubeObject>(objects: readonly T[]): T[] {
  const aged = objects.map((object) => ({ object, age: `${object.metadata.creationTimestamp ?? "~"} ${objectKey(object)}` }));
  return aged.sort((a, b) => (a.age < b.age ? -1 : 1)).map(({ object }) => object);
}
