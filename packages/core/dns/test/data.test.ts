import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatData } from "../src/format-data.ts";
import { octetTexts } from "../src/name.ts";
import { parseData } from "../src/parse-data.ts";
import { type Field, type FieldKind, fieldsOf, supportedTypes } from "../src/record-types.ts";
import { tokenize } from "../src/tokenize.ts";
import { WireReader } from "../src/wire-reader.ts";
import { WireWriter } from "../src/wire-writer.ts";

const octets = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const label = octets(1, 20).map((label) => Array.from(label, (octet) => octetTexts[octet]).join(""));
const name = fc.array(label, { maxLength: 5 }).map((labels) => (labels.length === 0 ? "." : `${labels.join(".")}.`));
const withLength = (string: Uint8Array) => Uint8Array.of(string.length, ...string);

/** Any value of a field, in the form the codec keeps it. */
const fields: Record<FieldKind, fc.Arbitrary<Field>> = {
  ipv4: octets(4, 4),
  ipv6: fc.uint8Array({ minLength: 16, maxLength: 16, max: 3 }),
  u8: fc.nat(0xff),
  u16: fc.nat(0xffff),
  u32: fc.nat(0xffff_ffff),
  period: fc.nat(0x7fff_ffff),
  name,
  plainName: name,
  tag: fc.stringMatching(/^[a-z0-9]{1,15}$/).map((text) => withLength(Uint8Array.from(text, (char) => char.charCodeAt(0)))),
  texts: fc
    .array(octets(0, 255), { minLength: 1, maxLength: 4 })
    .map((strings) => Uint8Array.from(strings.flatMap((string) => [...withLength(string)]))),
  rest: octets(0, 300),
  opaque: octets(0, 300),
};

describe.each(supportedTypes)("any data of type %s", (type) => {
  const data = fc.tuple(...fieldsOf(type).map((kind) => fields[kind]));

  test.each([8, 10] as const)("is the same behind its text, with escapes of base %i", (radix) => {
    fc.assert(
      fc.property(data, (before) => {
        const { entries } = tokenize(formatData(type, before, radix));
        expect(parseData(type, entries[0]?.tokens ?? [], { radix })).toEqual(before);
      }),
      { seed: 53 },
    );
  });

  test("is the same behind its wire form, compressed or not", () => {
    fc.assert(
      fc.property(data, (before) => {
        const writer = new WireWriter(new Uint8Array(8192), 8192);
        for (let header = 0; header < 6; header++) writer.u16(0);
        writer.data(type, before);
        writer.data(type, before);
        const reader = new WireReader(writer.written());
        reader.take(12);
        expect(reader.data(type, reader.u16())).toEqual(before);
        expect(reader.data(type, reader.u16())).toEqual(before);
        expect(reader.fault).toBeUndefined();
        expect(reader.offset).toBe(writer.offset);
      }),
      { seed: 53 },
    );
  });
});

test("data of a type without known fields is written as RFC 3597 asks", () => {
  expect(formatData("TYPE65280", [Uint8Array.of(10, 0, 255)])).toBe("\\# 3 0a00ff");
  expect(formatData("TYPE65280", [new Uint8Array(0)])).toBe("\\# 0");
});
