import type { RecordSet } from "@loopway/model";
import { checkSeconds } from "./duration.ts";
import { type Flaw, flaw, isFlaw } from "./flaw.ts";
import { formatData } from "./format-data.ts";
import { nameKey, parseName } from "./name.ts";
import { parseData } from "./parse-data.ts";
import { type Field, isSupportedType, supportedTypes } from "./record-types.ts";
import { tokenize } from "./tokenize.ts";
import type { RecordGroup } from "./zone-table.ts";

/** Route 53's names and values without a final dot are absolute all the same, and its escapes are octal. */
const route53Names = { radix: 8, origin: "." } as const;
/** Quota "Values in a record" (Route 53 developer guide). */
const MAX_VALUES = 400;

/** A RecordSet as read; an alias has no values of its own yet. */
export interface GroupDraft extends RecordGroup {
  /** Key. */
  name: string;
  /** Key of what an alias points at. */
  aliasTarget?: string;
  /** Absent for what AWS itself keeps. */
  source?: RecordSet;
}

export interface FieldFlaw extends Flaw {
  /** RFC 6901, into the object. */
  path: string;
}

/** The record that one object describes, or what is wrong with it and where. Values are in Route 53's text form. */
export function parseRecordSet(source: RecordSet): GroupDraft | FieldFlaw {
  const { metadata, spec } = source;
  const type = spec.recordType;
  const name = parseName(spec.name ?? "", route53Names);
  if (isFlaw(name)) return at("/spec/name", name);
  if (!isSupportedType(type)) return at("/spec/recordType", flaw(`"${type}" is not served; these types are: ${supportedTypes.join(", ")}`));
  if (spec.setIdentifier !== undefined || spec.weight !== undefined)
    return at("/spec/setIdentifier", flaw("routing policies other than simple are not emulated yet"));
  const draft = { name: nameKey(name), type, ttl: 0, values: [], texts: [], object: metadata.name, source };
  return spec.aliasTarget === undefined ? parseValues(spec, draft) : parseAlias(spec, draft);
}

function at(path: string, { reason }: Flaw): FieldFlaw {
  return { path, reason };
}

function parseAlias({ aliasTarget, resourceRecords, ttl }: RecordSet["spec"], draft: GroupDraft): GroupDraft | FieldFlaw {
  if (resourceRecords !== undefined || ttl !== undefined)
    return at("/spec/aliasTarget", flaw("an alias has neither ttl nor resourceRecords of its own"));
  const target = parseName(aliasTarget?.dnsName ?? "", route53Names);
  return isFlaw(target) ? at("/spec/aliasTarget/dnsName", target) : { ...draft, aliasTarget: nameKey(target) };
}

function parseValues({ resourceRecords = [], ttl }: RecordSet["spec"], draft: GroupDraft): GroupDraft | FieldFlaw {
  const seconds = ttl === undefined ? flaw("a record that is no alias needs a ttl") : checkSeconds(ttl);
  if (isFlaw(seconds)) return at("/spec/ttl", seconds);
  if (resourceRecords.length === 0 || resourceRecords.length > MAX_VALUES)
    return at("/spec/resourceRecords", flaw(`from 1 to ${MAX_VALUES} values are needed`));
  if (resourceRecords.length > 1 && (draft.type === "CNAME" || draft.type === "SOA"))
    return at("/spec/resourceRecords", flaw(`a ${draft.type} record has one value`));
  const values: (readonly Field[])[] = [];
  for (const [index, { value }] of resourceRecords.entries()) {
    const data = parseValue(draft.type, value);
    if (isFlaw(data)) return at(`/spec/resourceRecords/${index}/value`, data);
    values.push(data);
  }
  return { ...draft, ttl: seconds, values, texts: values.map((data) => formatData(draft.type, data)) };
}

function parseValue(type: string, value: string): Field[] | Flaw {
  const { entries, flaws } = tokenize(value);
  const [entry] = entries;
  if (flaws[0] !== undefined) return flaw(flaws[0].reason);
  if (entry === undefined || entries.length > 1) return flaw("one line with one value is expected");
  return parseData(type, entry.tokens, route53Names);
}
