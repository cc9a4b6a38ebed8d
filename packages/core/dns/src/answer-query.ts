import { decodeQuery } from "./decode-query.ts";
import { encodeResponse, type Transport } from "./encode-response.ts";
import { emptyReply, type Query } from "./message.ts";
import { type Resolution, resolveQuery } from "./resolve-query.ts";
import type { ZoneTable } from "./zone-table.ts";

export interface Exchange {
  query: Query;
  /** Absent when the query was refused unread. */
  resolution?: Resolution;
  response: Uint8Array;
}

/** From the octets of a query to those of its response. undefined: no answer is due. */
export function answerQuery(
  table: ZoneTable,
  octets: Uint8Array,
  { transport, turn }: { transport: Transport; turn: number },
): Exchange | undefined {
  const query = decodeQuery(octets);
  if (query === undefined) return undefined;
  if (query.refusal !== undefined || query.question === undefined) {
    return { query, response: encodeResponse(query, emptyReply(query.refusal?.rcode ?? "FORMERR"), transport) };
  }
  const resolution = resolveQuery(table, query.question, turn);
  return { query, resolution, response: encodeResponse(query, resolution, transport) };
}
