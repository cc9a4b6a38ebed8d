import { formatIpv4, formatIpv6 } from "./format-ip-address.ts";
import { type EscapeRadix, formatName } from "./name.ts";
import { type Field, type FieldKind, fieldsOf } from "./record-types.ts";

/** Record data as text: with radix 10 as dig prints it, with radix 8 as Route 53's `Value`. Data of other types is `\# length hex` (RFC 3597 §5). */
export function formatData(type: string, data: readonly Field[], radix: EscapeRadix = 10): string {
  const kinds = fieldsOf(type);
  return data.map((field, index) => formatField(kinds[index], field, radix)).join(" ");
}

function formatField(kind: FieldKind | undefined, field: Field, radix: EscapeRadix): string {
  if (typeof field === "number") return String(field);
  if (typeof field === "string") return formatName(field, radix);
  switch (kind) {
    case "ipv4":
      return formatIpv4(field);
    case "ipv6":
      return formatIpv6(field);
    case "tag":
      return String.fromCharCode(...field.subarray(1));
    case "texts":
      return formatTexts(field, radix);
    case "rest":
      return formatString(field, radix);
    default:
      return `\\# ${field.length}${field.length === 0 ? "" : " "}${Array.from(field, (octet) => octet.toString(16).padStart(2, "0")).join("")}`;
  }
}

function formatTexts(octets: Uint8Array, radix: EscapeRadix): string {
  const strings: string[] = [];
  for (let at = 0; at < octets.length; at += 1 + (octets[at] ?? 0))
    strings.push(formatString(octets.subarray(at + 1, at + 1 + (octets[at] ?? 0)), radix));
  return strings.join(" ");
}

function formatString(octets: Uint8Array, radix: EscapeRadix): string {
  let text = "";
  for (const octet of octets) {
    if (octet === 0x22 || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`;
    else text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${octet.toString(radix).padStart(3, "0")}`;
  }
  return `"${text}"`;
}
