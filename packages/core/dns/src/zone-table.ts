import type { ResourceRecord } from "./message.ts";
import type { Field } from "./record-types.ts";

/**
 * What a name server answers from: frozen once compiled, swapped whole.
 *
 *   zonesByName ─ "example.com." ─▶ Zone ─ nodesByName ─ "www.example.com." ─▶ ZoneNode ─ "A" ─▶ RecordGroup
 *                                                        "dev.example.com." ─▶ (empty: only names below it have records)
 *
 * All names that are keys are lower case, with the final dot.
 */
export interface ZoneTable {
  zonesByName: ReadonlyMap<string, Zone>;
}

/** Every record of one name, by type. Empty for an empty non-terminal (RFC 4592 §2.2.2). */
export type ZoneNode = ReadonlyMap<string, RecordGroup>;

export interface Zone {
  name: string;
  nodesByName: ReadonlyMap<string, ZoneNode>;
  /** Whether any name below the apex has NS records (RFC 1034 §4.2.1). */
  hasDelegations: boolean;
  /** Names that exist by a rule and are written nowhere. */
  derive?: (key: string) => ZoneNode | undefined;
  /** Whether others are asked for what is not here (CoreDNS, `fallthrough`). */
  fallsThrough?: boolean;
  /** SOA with the TTL of negative answers: the lesser of its own and its MINIMUM (RFC 2308 §5). */
  negative: ResourceRecord;
}

/** All records of one name and type, which share a TTL (RFC 2181 §5.2). */
export interface RecordGroup {
  type: string;
  ttl: number;
  values: readonly (readonly Field[])[];
  /** The values as text, for decisions. */
  texts: readonly string[];
  /** Name of the RecordSet object; absent for what has none of its own (a load balancer's name, default SOA and NS). */
  object?: string;
}
