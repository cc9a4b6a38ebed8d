import { CLASS_IN, emptyReply, type Query, type Reply, type ResourceRecord, rcodes, TYPE_OPT } from "./message.ts";
import { typeNumber } from "./record-types.ts";
import { WireWriter } from "./wire-writer.ts";

/** What we can take over UDP, and the most we send: fits one packet on every path (DNS flag day 2020; RFC 9715). */
export const UDP_SIZE = 1232;
/** RFC 1035 §4.2.1: without EDNS; RFC 6891 §6.2.3: smaller announcements count as this. */
const MIN_UDP_SIZE = 512;
const MAX_MESSAGE = 65_535;
const OPT_OCTETS = 11;

/** One buffer for all messages: encoding never waits, and what leaves is a copy. */
const scratch = new Uint8Array(MAX_MESSAGE);

export type Transport = "udp" | "tcp";

/**
 * The response as it goes out. One too long for the transport is emptied and gets the TC bit, so that the client asks again over TCP (RFC
 * 2181 §9 lets only whole sets stand; none is the simplest). OPT is there exactly when the query had it (RFC 6891 §6.1.1, §7).
 */
export function encodeResponse(query: Query, reply: Reply, transport: Transport): Uint8Array {
  const limit = transport === "tcp" ? MAX_MESSAGE : Math.min(UDP_SIZE, Math.max(MIN_UDP_SIZE, query.edns?.udpSize ?? 0));
  return (
    write(query, reply, limit) ??
    write(query, { ...emptyReply(reply.rcode), authoritative: reply.authoritative }, limit, true) ??
    new Uint8Array(0)
  );
}

function write(query: Query, reply: Reply, limit: number, truncated = false): Uint8Array | undefined {
  const { answers, authority, additional } = reply;
  const { question, edns } = query;
  const writer = new WireWriter(scratch, edns === undefined ? limit : limit - OPT_OCTETS);
  const rcode = rcodes[reply.rcode];
  writer.u16(query.id);
  writer.u16(
    0x8000 |
      (query.opcode << 11) |
      (reply.authoritative ? 0x0400 : 0) |
      (truncated ? 0x0200 : 0) |
      (query.recursionDesired ? 0x0100 : 0) |
      (query.checkingDisabled ? 0x0010 : 0) |
      (rcode & 0xf),
  );
  writer.u16(question === undefined ? 0 : 1);
  writer.u16(answers.length);
  writer.u16(authority.length);
  writer.u16(additional.length + (edns === undefined ? 0 : 1));
  if (question !== undefined) {
    writer.name(question.name);
    writer.u16(typeNumber(question.type) ?? 0);
    writer.u16(question.class);
  }
  writeRecords(writer, answers);
  writeRecords(writer, authority);
  writeRecords(writer, additional);
  if (writer.overflow) return undefined;
  if (edns !== undefined) writeOpt(writer, rcode, edns.dnssecOk);
  return writer.written();
}

function writeRecords(writer: WireWriter, records: readonly ResourceRecord[]): void {
  for (const { name, type, ttl, data } of records) {
    writer.name(name);
    writer.u16(typeNumber(type) ?? 0);
    writer.u16(CLASS_IN);
    writer.u32(ttl);
    writer.data(type, data);
    if (writer.overflow) return;
  }
}

/** RFC 6891 §6.1.2: root, type, our size, high octet of the rcode, version 0, DO as asked (RFC 3225 §3), no options. */
function writeOpt(writer: WireWriter, rcode: number, dnssecOk: boolean): void {
  writer.limit += OPT_OCTETS;
  writer.u8(0);
  writer.u16(TYPE_OPT);
  writer.u16(UDP_SIZE);
  writer.u8(rcode >>> 4);
  writer.u8(0);
  writer.u16(dnssecOk ? 0x8000 : 0);
  writer.u16(0);
}
