/**
 * Writes one DNS message into a buffer of its caller's, compressing names against all that stand before (RFC 1035 §4.1.4). What
 * does not fit into `limit` octets is not written and `overflow` is set; callers look once, at the end.
 */
import { readEscape } from "./escape.ts";
import { isFlaw } from "./flaw.ts";
import { labelEnd } from "./name.ts";
import { type Field, fieldsOf } from "./record-types.ts";

const MAX_POINTER = 0x3fff;

export class WireWriter {
  readonly octets: Uint8Array;
  limit: number;
  offset = 0;
  overflow = false;
  /** Where each name, and each of its ancestors, was written. Exact case: a pointer must not change the case of what was asked. */
  private readonly offsetsByName = new Map<string, number>();

  constructor(octets: Uint8Array, limit: number) {
    this.octets = octets;
    this.limit = Math.min(limit, octets.length);
  }

  u8(value: number): void {
    if (this.offset >= this.limit) this.overflow = true;
    else this.octets[this.offset++] = value;
  }

  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value & 0xff);
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value & 0xffff);
  }

  raw(octets: Uint8Array): void {
    if (this.offset + octets.length > this.limit) {
      this.overflow = true;
      return;
    }
    this.octets.set(octets, this.offset);
    this.offset += octets.length;
  }

  name(name: string, compress = true): void {
    let rest = name;
    while (rest !== "." && rest !== "") {
      const known = this.offsetsByName.get(rest);
      if (known !== undefined && compress) {
        this.u16(0xc000 | known);
        return;
      }
      if (known === undefined && this.offset <= MAX_POINTER) this.offsetsByName.set(rest, this.offset);
      const end = labelEnd(rest, 0);
      this.label(rest, end);
      rest = rest.slice(end + 1);
    }
    this.u8(0);
  }

  private label(name: string, end: number): void {
    const lengthAt = this.offset;
    this.u8(0);
    for (let index = 0; index < end; ) {
      const code = name.charCodeAt(index);
      if (code !== 0x5c) {
        this.u8(code);
        index++;
        continue;
      }
      const octet = readEscape(name, index, 10);
      if (isFlaw(octet)) throw new Error(`not a canonical name: ${name}`);
      this.u8(octet.value);
      index = octet.end;
    }
    if (!this.overflow) this.octets[lengthAt] = this.offset - lengthAt - 1;
  }

  /** RDLENGTH and RDATA. */
  data(type: string, fields: readonly Field[]): void {
    const lengthAt = this.offset;
    this.u16(0);
    const kinds = fieldsOf(type);
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index];
      const kind = kinds[index];
      if (typeof field === "string") this.name(field, kind === "name");
      else if (typeof field === "object") this.raw(field);
      else if (kind === "u8") this.u8(field ?? 0);
      else if (kind === "u16") this.u16(field ?? 0);
      else this.u32(field ?? 0);
    }
    this.u16At(lengthAt, this.offset - lengthAt - 2);
  }

  /** Overwrites what was written before. */
  u16At(at: number, value: number): void {
    if (this.overflow) return;
    this.octets[at] = value >>> 8;
    this.octets[at + 1] = value & 0xff;
  }

  written(): Uint8Array {
    return this.octets.slice(0, this.offset);
  }
}
