/**
 * What a name server that serves some zones and forwards the rest has to ask others for, as CoreDNS does with `kubernetes` and `forward` in one
 * server block: names outside its zones, and those missing in a zone that falls through, as they were asked; and the target of an alias that leads out
 * of them.
 */
import { parseIpv4, parseIpv6 } from "@loopway/model";
import type { Exchange } from "./answer-query.ts";
import { encodeResponse, type Transport } from "./encode-response.ts";
import { CLASS_IN, emptyReply, type ResourceRecord } from "./message.ts";
import { nameKey } from "./name.ts";
import { findZone } from "./resolve-query.ts";
import type { Answer, Response } from "./stub.ts";
import type { ZoneTable } from "./zone-table.ts";

/** `message`: the query as it came. `target`: of an alias, a question of its own with the type that was asked for. */
export type Elsewhere = { kind: "message" } | { kind: "target"; name: string; type: string };

/** CoreDNS, plugin/backend_lookup.go: aliases are followed for these alone. */
const followed: ReadonlySet<string> = new Set(["A", "AAAA"]);
const untransferable: ReadonlySet<string> = new Set(["AXFR", "IXFR"]);

/** undefined: the table says all there is to say. */
export function askedElsewhere(table: ZoneTable, { query, resolution }: Exchange): Elsewhere | undefined {
  const { question } = query;
  if (question === undefined || resolution === undefined || question.class !== CLASS_IN || untransferable.has(question.type))
    return undefined;
  const key = nameKey(question.name);
  const zone = findZone(table, key);
  const isMissing = resolution.answers.length === 0 && key !== zone?.name;
  if (zone === undefined || (zone.fallsThrough === true && isMissing)) return { kind: "message" };
  const last = resolution.answers.at(-1);
  const target = last?.type === "CNAME" ? last.data[0] : undefined;
  if (typeof target !== "string" || !followed.has(question.type) || findZone(table, nameKey(target)) !== undefined) return undefined;
  return { kind: "target", name: target, type: question.type };
}

/** The alias with what others say of its target; the alias alone where they say nothing. */
export function addTarget({ query, resolution, response }: Exchange, said: Response | undefined, transport: Transport): Exchange {
  if (resolution === undefined) return { query, response };
  const added = (said?.answers ?? []).flatMap(readRecord);
  const { decision } = resolution;
  const complete = {
    ...resolution,
    answers: [...resolution.answers, ...added.map(({ record }) => record)],
    decision: {
      ...decision,
      answers: [...decision.answers, ...added.map(({ text }) => text)],
      ttl: Math.min(decision.ttl, ...added.map(({ record }) => record.ttl)),
    },
  };
  return { query, resolution: complete, response: encodeResponse(query, complete, transport) };
}

/** What others answered to the query itself goes to the client as it is, under the query's id. Nothing: SERVFAIL. */
export function passOn(
  { query, resolution }: Exchange,
  said: { octets: Uint8Array; response: Response } | undefined,
  transport: Transport,
): Exchange {
  const response = said?.octets.slice() ?? encodeResponse(query, emptyReply("SERVFAIL"), transport);
  response[0] = query.id >> 8;
  response[1] = query.id & 0xff;
  if (resolution === undefined) return { query, response };
  const { answers, rcode } = said?.response ?? { answers: [], rcode: "SERVFAIL" };
  const ttl = answers.length === 0 ? 0 : Math.min(...answers.map((answer) => answer.ttl));
  const decision = { ...resolution.decision, rcode, ttl, answers: answers.map(({ data }) => data) };
  return { query, resolution: { ...resolution, decision }, response };
}

function readRecord({ name, type, ttl, data: text }: Answer): { record: ResourceRecord; text: string }[] {
  const field = type === "A" ? parseIpv4(text) : type === "AAAA" ? parseIpv6(text) : type === "CNAME" ? text : undefined;
  return field === undefined ? [] : [{ record: { name, type, ttl, data: [field] }, text }];
}
