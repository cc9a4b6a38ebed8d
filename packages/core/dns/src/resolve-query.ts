/**
 * The look-up of an authoritative name server (RFC 1034 §4.3.2, as amended by RFC 2308, 4592, 6604 and 8482): a value from values.
 *
 *   zone of the longest suffix ── none ─▶ REFUSED
 *     a cut at or above the name ─▶ referral
 *     node of the name, else of `*.` below its closest encloser ── none ─▶ NXDOMAIN
 *       the type ─▶ records · CNAME ─▶ once more with its target · neither ─▶ NODATA
 */
import type { Decision } from "@loopway/model";
import { CLASS_IN, type Question, type Rcode, type Reply, type ResourceRecord } from "./message.ts";
import { nameKey, parentName } from "./name.ts";
import type { RecordGroup, Zone, ZoneNode, ZoneTable } from "./zone-table.ts";

/** Loops and chains longer than this end where they are. BIND stops at 16 too. */
const MAX_CHAIN = 16;

export interface Resolution extends Reply {
  decision: Extract<Decision, { kind: "record" }>;
}

/** `turn` rotates records of one name and type, as Route 53 does with simple records: callers count it up. */
export function resolveQuery(table: ZoneTable, question: Question, turn: number): Resolution {
  const chain: Chain = { answers: [], texts: [], groups: [], seen: new Set() };
  if (question.class !== CLASS_IN || question.type === "AXFR" || question.type === "IXFR")
    return conclude(question, chain, { rcode: "REFUSED" });
  let owner = question.name;
  for (let link = 0; link < MAX_CHAIN; link++) {
    const key = nameKey(owner);
    const zone = findZone(table, key);
    if (zone === undefined) return conclude(question, chain, { rcode: link === 0 ? "REFUSED" : "NOERROR" });
    chain.zone ??= zone;
    const found = lookUp(zone, key, question.type);
    if (found.kind === "referral") return conclude(question, chain, { rcode: "NOERROR", referral: found });
    if (found.kind === "nothing") return conclude(question, chain, { rcode: found.rcode, negative: zone.negative });
    addRecords(chain, owner, { group: found.group, turn });
    const target = found.group.values[0]?.[0];
    if (found.group.type !== "CNAME" || question.type === "CNAME" || question.type === "ANY" || typeof target !== "string") break;
    chain.seen.add(key);
    if (chain.seen.has(nameKey(target))) break;
    owner = target;
  }
  return conclude(question, chain, { rcode: "NOERROR" });
}

interface Chain {
  answers: ResourceRecord[];
  /** Of the answers, in their order. */
  texts: string[];
  groups: RecordGroup[];
  seen: Set<string>;
  /** Zone of the question's name. */
  zone?: Zone;
}

interface Referral {
  kind: "referral";
  authority: ResourceRecord[];
  additional: ResourceRecord[];
}

type Found = { kind: "records"; group: RecordGroup } | { kind: "nothing"; rcode: "NXDOMAIN" | "NOERROR" } | Referral;

/** The zone with the longest name at or above `key`. */
export function findZone(table: ZoneTable, key: string): Zone | undefined {
  for (let name: string | undefined = key; name !== undefined; name = parentName(name)) {
    const zone = table.zonesByName.get(name);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

function lookUp(zone: Zone, key: string, type: string): Found {
  const cut = zone.hasDelegations ? findCut(zone, key) : undefined;
  // RFC 4035 §3.1.4.1: DS at a cut belongs to the parent.
  if (cut !== undefined && !(type === "DS" && cut === key)) return refer(zone, cut);
  const node = zone.nodesByName.get(key) ?? zone.derive?.(key) ?? findWildcard(zone, key);
  if (node === undefined) return { kind: "nothing", rcode: "NXDOMAIN" };
  // RFC 8482 §4.1: for ANY, one of the sets.
  const group = type === "ANY" ? node.values().next().value : (node.get(type) ?? node.get("CNAME"));
  return group === undefined || group.values.length === 0 ? { kind: "nothing", rcode: "NOERROR" } : { kind: "records", group };
}

/** RFC 4592 §3.3.1: a wildcard counts only right below the closest name that exists. */
function findWildcard(zone: Zone, key: string): ZoneNode | undefined {
  for (let encloser = parentName(key); encloser !== undefined; encloser = parentName(encloser)) {
    if (zone.nodesByName.has(encloser)) return zone.nodesByName.get(`*.${encloser}`);
  }
  return undefined;
}

/** The highest name from the apex (excluded) down to `key` that has NS records. */
function findCut(zone: Zone, key: string): string | undefined {
  let cut: string | undefined;
  for (let name: string | undefined = key; name !== undefined && name !== zone.name; name = parentName(name)) {
    if (zone.nodesByName.get(name)?.has("NS") === true) cut = name;
  }
  return cut;
}

function refer(zone: Zone, cut: string): Referral {
  const nameServers = recordsOf(cut, zone.nodesByName.get(cut)?.get("NS"));
  const glue = nameServers.flatMap(({ data: [server] }) => {
    const node = typeof server === "string" ? zone.nodesByName.get(nameKey(server)) : undefined;
    return typeof server === "string" ? [...recordsOf(server, node?.get("A")), ...recordsOf(server, node?.get("AAAA"))] : [];
  });
  return { kind: "referral", authority: nameServers, additional: glue };
}

function recordsOf(name: string, group: RecordGroup | undefined): ResourceRecord[] {
  return group === undefined ? [] : group.values.map((data) => ({ name, type: group.type, ttl: group.ttl, data }));
}

function addRecords(chain: Chain, name: string, { group, turn }: { group: RecordGroup; turn: number }): void {
  const { values, texts, type, ttl } = group;
  for (let index = 0; index < values.length; index++) {
    const rotated = (index + turn) % values.length;
    chain.answers.push({ name, type, ttl, data: values[rotated] ?? [] });
    chain.texts.push(texts[rotated] ?? "");
  }
  chain.groups.push(group);
}

interface End {
  rcode: Rcode;
  negative?: ResourceRecord;
  referral?: Referral;
}

/** AA speaks of the question's own name (RFC 1035 §4.1.1); the rcode of the last name of the chain (RFC 6604 §3). */
function conclude(question: Question, { answers, texts, groups, zone }: Chain, { rcode, negative, referral }: End): Resolution {
  const ttls = [...groups.map(({ ttl }) => ttl), ...(negative === undefined ? [] : [negative.ttl])];
  const object = groups[0]?.object;
  return {
    rcode,
    authoritative: rcode !== "REFUSED" && (referral === undefined || answers.length > 0),
    answers,
    authority: referral?.authority ?? (negative === undefined ? [] : [negative]),
    additional: referral?.additional ?? [],
    decision: {
      kind: "record",
      name: nameKey(question.name),
      recordType: question.type,
      ...(zone === undefined ? {} : { hostedZone: zone.name }),
      ...(object === undefined ? {} : { record: object }),
      ttl: ttls.length === 0 ? 0 : Math.min(...ttls),
      answers: texts,
      rcode,
    },
  };
}
