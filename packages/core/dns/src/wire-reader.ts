/**
 * Reads one DNS message front to back. The first fault sticks: from then on every read gives zero or nothing and `fault` says what was
 * wrong, so callers look once, at the end. Never throws; a message costs time linear in its length, because a compression
 * pointer may only lead to before the name that holds it (RFC 1035 §4.1.4) and a name ends after 255 octets.
 */
import { octetTexts } from "./name.ts";
import { type Field, type FieldKind, fieldsOf } from "./record-types.ts";

const HEADER_OCTETS = 12;
const MAX_NAME_OCTETS = 255;
const nothing = new Uint8Array(0);

export class WireReader {
  readonly octets: Uint8Array;
  offset = 0;
  fault: string | undefined;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  fail(fault: string): void {
    this.fault ??= fault;
    this.offset = this.octets.length;
  }

  u8(): number {
    if (this.offset >= this.octets.length) this.fail("the message is cut off");
    return this.octets[this.offset++] ?? 0;
  }

  u16(): number {
    return (this.u8() << 8) | this.u8();
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  take(length: number): Uint8Array {
    if (this.offset + length > this.octets.length) {
      this.fail("the message is cut off");
      return nothing;
    }
    this.offset += length;
    return this.octets.subarray(this.offset - length, this.offset);
  }

  /** A name, followed through its pointers; the offset ends behind its first part. */
  name(): string {
    let name = "";
    let total = 1;
    let at = this.offset;
    let start = at;
    let resumeAt: number | undefined;
    for (;;) {
      const length = this.octets[at];
      if (length === undefined) return this.noName("the name is cut off");
      if (length === 0) break;
      if (length >= 0xc0) {
        const low = this.octets[at + 1];
        if (low === undefined) return this.noName("the compression pointer is cut off");
        const target = ((length & 0x3f) << 8) | low;
        if (target >= start || target < HEADER_OCTETS) return this.noName("a compression pointer does not lead back to a name");
        resumeAt ??= at + 2;
        at = target;
        start = target;
        continue;
      }
      if (length > 0x3f) return this.noName("unknown label type");
      total += length + 1;
      if (total > MAX_NAME_OCTETS) return this.noName("the name is longer than 255 octets");
      if (at + length >= this.octets.length) return this.noName("the name is cut off");
      for (let index = at + 1; index <= at + length; index++) name += octetTexts[this.octets[index] ?? 0];
      name += ".";
      at += length + 1;
    }
    this.offset = resumeAt ?? at + 1;
    return name === "" ? "." : name;
  }

  private noName(fault: string): string {
    this.fail(fault);
    return ".";
  }

  /** The data of a record of `type` that fills the next `length` octets exactly. */
  data(type: string, length: number): Field[] {
    const end = this.offset + length;
    if (end > this.octets.length) {
      this.fail("the record is cut off");
      return [];
    }
    const fields = fieldsOf(type).map((kind) => this.field(kind, end));
    if (this.offset !== end) this.fail(`the data of the ${type} record does not fill its length`);
    return fields;
  }

  private field(kind: FieldKind, end: number): Field {
    switch (kind) {
      case "ipv4":
        return this.take(4);
      case "ipv6":
        return this.take(16);
      case "u8":
        return this.u8();
      case "u16":
        return this.u16();
      case "u32":
      case "period":
        return this.u32();
      case "name":
      case "plainName":
        return this.name();
      case "tag":
        return this.take(1 + (this.octets[this.offset] ?? 0));
      case "texts":
        return this.texts(end);
      case "rest":
      case "opaque":
        return this.take(Math.max(0, end - this.offset));
    }
  }

  /** Character-strings up to `end`, with their lengths. */
  private texts(end: number): Uint8Array {
    const start = this.offset;
    if (start === end) this.fail("a text record without a string");
    while (this.offset < end) this.take(this.u8());
    return this.octets.subarray(start, Math.min(this.offset, end));
  }
}
