import { type Edns, type Query, type Question, type Rcode, TYPE_OPT } from "./message.ts";
import { typeName } from "./record-types.ts";
import { WireReader } from "./wire-reader.ts";

const HEADER_OCTETS = 12;
/** Types that are no question: 0 is reserved, OPT, TKEY and TSIG belong elsewhere (RFC 6895 §3.1). */
const unaskable = new Set(["TYPE0", "OPT", "TKEY", "TSIG"]);

/**
 * Reads a query strictly. undefined: to be dropped without an answer (no header, or itself a response; answering one could start an
 * endless exchange). Everything else gets an answer: what cannot be read carries `refusal`.
 */
export function decodeQuery(octets: Uint8Array): Query | undefined {
  if (octets.length < HEADER_OCTETS) return undefined;
  const reader = new WireReader(octets);
  const id = reader.u16();
  const flags = reader.u16();
  if ((flags & 0x8000) !== 0) return undefined;
  const query: Query = {
    id,
    opcode: (flags >>> 11) & 0xf,
    recursionDesired: (flags & 0x0100) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
  };
  if (query.opcode !== 0) return refuse(query, "NOTIMP", `opcode ${query.opcode}`);
  const counts = { questions: reader.u16(), answers: reader.u16(), authority: reader.u16(), additional: reader.u16() };
  if (counts.questions !== 1) return refuse(query, "FORMERR", `${counts.questions} questions`); // RFC 9619
  const question: Question = { name: reader.name(), type: typeName(reader.u16()), class: reader.u16() };
  if (reader.fault === undefined) query.question = question;
  readRecords(reader, counts.answers + counts.authority, undefined);
  const options = readRecords(reader, counts.additional, []);
  const [option] = options;
  if (option !== undefined) query.edns = { udpSize: option.udpSize, dnssecOk: option.dnssecOk };
  if (reader.fault === undefined && reader.offset !== octets.length) reader.fail("octets behind the last record");
  if (reader.fault !== undefined) return refuse(query, "FORMERR", reader.fault);
  if (options.length > 1) return refuse(query, "FORMERR", "more than one OPT record"); // RFC 6891 §6.1.1
  if (unaskable.has(question.type)) return refuse(query, "FORMERR", `type ${question.type} cannot be asked for`);
  if (option !== undefined && option.version > 0) return refuse(query, "BADVERS", `EDNS version ${option.version}`); // RFC 6891 §6.1.3
  return query;
}

function refuse(query: Query, rcode: Rcode, reason: string): Query {
  return { ...query, refusal: { rcode, reason } };
}

interface Option extends Edns {
  version: number;
}

/** Walks over `count` records; collects the OPT ones where they are allowed, which is what a list to put them in says. */
function readRecords(reader: WireReader, count: number, options: Option[] | undefined): Option[] {
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    const name = reader.name();
    const type = reader.u16();
    const classOrSize = reader.u16();
    const ttlOrFlags = reader.u32();
    const length = reader.u16();
    if (type !== TYPE_OPT) {
      reader.take(length);
      continue;
    }
    const end = reader.offset + length;
    while (reader.offset < end && reader.fault === undefined) {
      reader.u16();
      reader.take(reader.u16());
    }
    if (reader.offset !== end) reader.fail("an EDNS option runs past its record");
    if (name !== "." || options === undefined) reader.fail("an OPT record out of place");
    options?.push({ udpSize: classOrSize, version: (ttlOrFlags >>> 16) & 0xff, dnssecOk: (ttlOrFlags & 0x8000) !== 0 });
  }
  return options ?? [];
}
