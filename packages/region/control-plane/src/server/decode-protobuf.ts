// Bodies that a newer kubectl sends as protobuf (autoscale, drain, create namespace), decoded to what it would have sent as JSON. Kubernetes,
// "Protobuf encoding": four bytes of magic, then runtime.Unknown { typeMeta = 1 { apiVersion = 1, kind = 2 }, raw = 2 }.
//
// A message is described by its fields' numbers, as in the generated.proto of its API group; what is not described is left out.
import { type Field, messages } from "./protobuf-messages.ts";

const MAGIC = Buffer.from("k8s\0");
const VARINT = 0;
const I64 = 1;
const LENGTH = 2;
const I32 = 5;

/** Undefined for what is no such body, or of a kind that is not described. */
export function decodeProtobuf(body: Buffer): object | undefined {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  try {
    const unknown = decode(body.subarray(MAGIC.length), messages.Unknown ?? {}) as Unknown;
    const { apiVersion = "", kind = "" } = unknown.typeMeta ?? {};
    const fields = messages[kind];
    if (fields === undefined || unknown.raw === undefined) return undefined;
    return { apiVersion, kind, ...decode(unknown.raw, fields) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Unknown {
  typeMeta?: { apiVersion?: string; kind?: string };
  raw?: Buffer;
}

type Decoded = Record<string, unknown>;

/** Throws RangeError where the bytes end too early. */
function decode(bytes: Buffer, fields: Readonly<Record<number, Field>>): Decoded {
  const message: Decoded = {};
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const key = readVarint(reader);
    const field = fields[key >>> 3];
    const value = readValue(reader, key & 7);
    // Go writes every text, JSON leaves empty ones out.
    if (field === undefined || (field[1] === "string" && (value as Buffer).length === 0)) continue;
    const [name, type] = field;
    const before = message[name];
    if (type.startsWith("map ")) message[name] = { ...(before as Decoded | undefined), ...entryOf(value as Buffer) };
    else if (type.startsWith("list "))
      message[name] = [...((before as unknown[] | undefined) ?? []), typed(value, type.slice("list ".length))];
    else message[name] = typed(value, type);
  }
  return message;
}

interface Reader {
  bytes: Buffer;
  at: number;
}

function readVarint(reader: Reader): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.bytes.readUInt8(reader.at++);
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

function readValue(reader: Reader, wireType: number): number | Buffer {
  if (wireType === VARINT) return readVarint(reader);
  const length = wireType === LENGTH ? readVarint(reader) : wireType === I64 ? 8 : wireType === I32 ? 4 : Number.NaN;
  const end = reader.at + length;
  if (!(end <= reader.bytes.length)) throw new RangeError("a field reaches beyond the message");
  const value = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return value;
}

function typed(value: number | Buffer, type: string): unknown {
  if (typeof value === "number") return type === "bool" ? value !== 0 : value;
  if (type === "bytes") return value;
  if (type === "string") return value.toString();
  // A quantity and a number-or-text are messages that JSON writes as a plain value.
  const decoded = decode(value, messages[type] ?? {});
  if (type === "Quantity") return decoded.string;
  if (type === "IntOrString") return decoded.type === 1 ? decoded.text : (decoded.number ?? 0);
  return decoded;
}

function entryOf(bytes: Buffer): Decoded {
  const { key = "", value = "" } = decode(bytes, { 1: ["key", "string"], 2: ["value", "string"] });
  return { [String(key)]: value };
}
