import { formatData } from "./format-data.ts";
import { isAtOrBelow, nameKey } from "./name.ts";
import type { ZoneRecord } from "./parse-zone.ts";

interface LineFlaw {
  line: number;
  reason: string;
}

interface CheckedZone {
  apex: string | undefined;
  records: ZoneRecord[];
  flaws: LineFlaw[];
  warnings: LineFlaw[];
}

/** What a zone must fulfil as a whole: RFC 1035 §5.2 (SOA, owners), RFC 1034 §3.6.2 (CNAME alone), RFC 2181 §5 (one TTL, no duplicates). */
export function checkZone(all: readonly ZoneRecord[]): CheckedZone {
  const soas = all.filter((record) => record.type === "SOA");
  const apex = soas[0]?.name;
  const flaws: LineFlaw[] = soas.slice(1).map(({ line }) => ({ line, reason: "a second SOA record; a zone has exactly one" }));
  const warnings: LineFlaw[] = [];
  if (apex === undefined) flaws.push({ line: 1, reason: "the zone has no SOA record" });
  else flaws.push(...apexFlaws(all, nameKey(apex)));
  const records = unifySets(all, warnings);
  flaws.push(...cnameFlaws(records, apex === undefined ? undefined : nameKey(apex)));
  return { apex, records, flaws, warnings };
}

function apexFlaws(records: readonly ZoneRecord[], apexKey: string): LineFlaw[] {
  const flaws = records
    .filter(({ name, type }) => type !== "SOA" && !isAtOrBelow(nameKey(name), apexKey))
    .map(({ name, line }) => ({ line, reason: `${name} lies outside the zone ${apexKey}` }));
  const hasNameServers = records.some(({ name, type }) => type === "NS" && nameKey(name) === apexKey);
  return hasNameServers ? flaws : [...flaws, { line: 1, reason: `the zone has no NS record for ${apexKey} itself` }];
}

/** Drops repeated records, and gives each set the TTL of its first record. */
function unifySets(records: readonly ZoneRecord[], warnings: LineFlaw[]): ZoneRecord[] {
  const ttlBySet = new Map<string, number>();
  const seen = new Set<string>();
  const unified: ZoneRecord[] = [];
  for (const record of records) {
    const set = `${nameKey(record.name)} ${record.type}`;
    const text = `${set} ${formatData(record.type, record.data)}`;
    const ttl = ttlBySet.get(set) ?? record.ttl;
    ttlBySet.set(set, ttl);
    if (ttl !== record.ttl)
      warnings.push({ line: record.line, reason: `TTL ${record.ttl} differs from ${ttl} of the set's first record, which counts` });
    if (seen.has(text)) warnings.push({ line: record.line, reason: "the record is there already" });
    else unified.push({ ...record, ttl });
    seen.add(text);
  }
  return unified;
}

function cnameFlaws(records: readonly ZoneRecord[], apexKey: string | undefined): LineFlaw[] {
  const countsByName = new Map<string, number>();
  for (const { name } of records) countsByName.set(nameKey(name), (countsByName.get(nameKey(name)) ?? 0) + 1);
  const flaws: LineFlaw[] = [];
  for (const { name, type, line } of records) {
    if (type !== "CNAME") continue;
    if (nameKey(name) === apexKey) flaws.push({ line, reason: "a CNAME is not permitted at the zone's apex" });
    else if ((countsByName.get(nameKey(name)) ?? 0) > 1)
      flaws.push({ line, reason: `a CNAME must stand alone, and ${name} has other records` });
  }
  return flaws;
}
