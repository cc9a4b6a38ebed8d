/** The other side of the codec: what a stub resolver sends, and what it reads. */
import { UDP_SIZE } from "./encode-response.ts";
import { isFlaw } from "./flaw.ts";
import { formatData } from "./format-data.ts";
import { CLASS_IN, TYPE_OPT } from "./message.ts";
import { parseName } from "./name.ts";
import { typeName, typeNumber } from "./record-types.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

const MAX_QUERY = 512;
const rcodeNames: readonly string[] = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

export interface Answer {
  name: string;
  type: string;
  /** Seconds. */
  ttl: number;
  /** Text form: "127.12.0.1" for A, "web.example.com." for CNAME. */
  data: string;
}

export interface Response {
  id: number;
  /** The final dot is there; case as sent back. Undefined when the server sent no question. */
  question: { name: string; type: string } | undefined;
  rcode: string;
  /** Ask again over TCP. */
  truncated: boolean;
  answers: Answer[];
}

/** A query for one name, recursion desired, with EDNS(0). undefined: `name` is no domain name, or `type` no type. */
export function encodeQuery({ id, name, type }: { id: number; name: string; type: string }): Uint8Array | undefined {
  const absolute = parseName(name, { radix: 10, origin: "." });
  const number = typeNumber(type);
  if (isFlaw(absolute) || number === undefined) return undefined;
  const writer = new WireWriter(new Uint8Array(MAX_QUERY), MAX_QUERY);
  for (const word of [id, 0x0100, 1, 0, 0, 1]) writer.u16(word);
  writer.name(absolute);
  writer.u16(number);
  writer.u16(CLASS_IN);
  writer.u8(0);
  for (const word of [TYPE_OPT, UDP_SIZE, 0, 0, 0]) writer.u16(word);
  return writer.written();
}

/** undefined: no response, or one that cannot be read. The caller compares id and question with what it asked (RFC 5452 §9.1). */
export function decodeResponse(octets: Uint8Array): Response | undefined {
  const reader = new WireReader(octets);
  const id = reader.u16();
  const flags = reader.u16();
  const questions = reader.u16();
  const answerCount = reader.u16();
  reader.u32();
  if ((flags & 0x8000) === 0 || questions > 1) return undefined;
  const question = questions === 0 ? undefined : { name: reader.name(), type: typeName(reader.u16()), class: reader.u16() };
  const answers: Answer[] = [];
  for (let index = 0; index < answerCount && reader.fault === undefined; index++) answers.push(readAnswer(reader));
  if (reader.fault !== undefined) return undefined;
  const rcode = rcodeNames[flags & 0xf] ?? `RCODE${flags & 0xf}`;
  const asked = question === undefined ? undefined : { name: question.name, type: question.type };
  return { id, question: asked, rcode, truncated: (flags & 0x0200) !== 0, answers };
}

function readAnswer(reader: WireReader): Answer {
  const name = reader.name();
  const type = typeName(reader.u16());
  reader.u16();
  const ttl = reader.u32();
  const data = reader.data(type, reader.u16());
  // RFC 2181 §8: a TTL with the top bit set counts as 0.
  return { name, type, ttl: ttl > 0x7fff_ffff ? 0 : ttl, data: reader.fault === undefined ? formatData(type, data) : "" };
}
