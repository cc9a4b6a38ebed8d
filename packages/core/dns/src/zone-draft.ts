import type { HostedZone } from "@loopway/model";
import { formatData } from "./format-data.ts";
import { parentName } from "./name.ts";
import type { GroupDraft } from "./parse-record-set.ts";
import type { Field } from "./record-types.ts";
import type { Zone } from "./zone-table.ts";

/** A zone while its table is compiled. Names are keys. */
export interface ZoneDraft {
  name: string;
  /** Absent for the zones of Elastic Load Balancing. */
  hostedZone?: HostedZone;
  nodesByName: Map<string, Map<string, GroupDraft>>;
}

/** Refresh, retry, expire and MINIMUM as every new hosted zone has them ("SOA and NS records that Route 53 creates"). */
const SOA_NUMBERS = [1, 7200, 900, 1_209_600, 86_400] as const;
const SOA_TTL = 900;
const NS_TTL = 172_800;
/** Of the shape of a delegation set: one under each of four top-level domains. */
const defaultNameServers = ["ns-0.awsdns-00.com.", "ns-512.awsdns-00.net.", "ns-1024.awsdns-00.org.", "ns-1536.awsdns-00.co.uk."];

export function addGroup({ nodesByName }: ZoneDraft, group: GroupDraft): void {
  const node = nodesByName.get(group.name);
  if (node === undefined) nodesByName.set(group.name, new Map([[group.type, group]]));
  else node.set(group.type, group);
}

/** SOA and NS of the apex, where the zone's owner gave none. */
export function addApexRecords(draft: ZoneDraft): void {
  const apex = draft.nodesByName.get(draft.name);
  const given = draft.hostedZone?.status?.delegationSet?.nameServers?.map((server) => (server.endsWith(".") ? server : `${server}.`));
  const servers = given === undefined || given.length === 0 ? defaultNameServers : given;
  if (apex?.has("SOA") !== true)
    addGroup(
      draft,
      groupOf({ name: draft.name, type: "SOA", ttl: SOA_TTL }, [[servers[0] ?? ".", "awsdns-hostmaster.amazon.com.", ...SOA_NUMBERS]]),
    );
  if (apex?.has("NS") !== true)
    addGroup(
      draft,
      groupOf(
        { name: draft.name, type: "NS", ttl: NS_TTL },
        servers.map((server) => [server]),
      ),
    );
}

export function groupOf(head: { name: string; type: string; ttl: number }, values: Field[][]): GroupDraft {
  return { ...head, values, texts: values.map((data) => formatData(head.type, data)) };
}

/** Adds the empty non-terminals and what look-ups need to know of the zone as a whole. */
export function finishZone({ name, nodesByName }: ZoneDraft): Zone {
  for (const owner of [...nodesByName.keys()]) {
    for (let above = parentName(owner); above !== undefined && !nodesByName.has(above); above = parentName(above)) {
      nodesByName.set(above, new Map());
    }
  }
  const soa = nodesByName.get(name)?.get("SOA");
  const data = soa?.values[0];
  if (soa === undefined || data === undefined) throw new Error(`zone ${name} has no SOA record`);
  const hasDelegations = [...nodesByName].some(([owner, node]) => owner !== name && node.has("NS"));
  return { name, nodesByName, hasDelegations, negative: { name, type: "SOA", ttl: Math.min(soa.ttl, Number(data.at(-1))), data } };
}
