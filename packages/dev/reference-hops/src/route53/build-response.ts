import { CLASS_IN, type Resolution, rcodes, typeNumber } from "@loopway/dns";
import DNS from "dns2";

const { Packet } = DNS;
const UDP_SIZE = 1232;

type ResourceRecord = Resolution["answers"][number];
type Data = ResourceRecord["data"];
/** dns2 takes buffers where its types say strings. */
type Fields = Record<string, unknown>;

const text = (field: Data[number] | undefined) => String(field);
const octets = (field: Data[number] | undefined) => (field instanceof Uint8Array ? Buffer.from(field) : Buffer.alloc(0));

/** Our fields of a record, in order, by the names that dns2 has for them. */
const fieldsByType: Readonly<Record<string, (data: Data) => Fields>> = {
  A: ([address]) => ({ address: octets(address).join(".") }),
  AAAA: ([address]) => ({ address: (octets(address).toString("hex").match(/.{4}/g) ?? []).join(":") }),
  NS: ([ns]) => ({ ns }),
  CNAME: ([domain]) => ({ domain }),
  PTR: ([domain]) => ({ domain }),
  MX: ([priority, exchange]) => ({ priority, exchange }),
  SRV: ([priority, weight, port, target]) => ({ priority, weight, port, target }),
  TXT: ([strings]) => ({ data: splitStrings(octets(strings)) }),
  SPF: ([strings]) => ({ data: splitStrings(octets(strings)) }),
  CAA: ([flags, tag, value]) => ({ flags, tag: octets(tag).subarray(1).toString("latin1"), value: octets(value).toString("latin1") }),
  SOA: ([primary, admin, serial, refresh, retry, expiration, minimum]) => ({
    primary: text(primary),
    admin: text(admin),
    serial,
    refresh,
    retry,
    expiration,
    minimum,
  }),
};

/** The response as dns2's own packet; dns2 sees to truncation. */
export function buildResponse(request: DNS.Packet, { rcode, authoritative, answers, authority, additional }: Resolution): DNS.Packet {
  const response = Packet.createResponseFromRequest(request);
  const edns = request.additionals.find(({ type }) => type === Packet.TYPE.EDNS);
  Object.assign(response.header, { aa: authoritative ? 1 : 0, rcode: rcodes[rcode] });
  response.answers = answers.map(buildRecord);
  response.authorities = authority.map(buildRecord);
  response.additionals = additional.map(buildRecord);
  if (edns !== undefined)
    response.additionals.push(Object.assign(Packet.Resource.EDNS([]), { name: "", class: UDP_SIZE, ttl: edns.ttl & 0x8000 }));
  return response;
}

function buildRecord({ name, type, ttl, data }: ResourceRecord): DNS.Packet.Resource {
  const fields = fieldsByType[type]?.(data) ?? { data: octets(data[0]) };
  return new Packet.Resource({ name, type: typeNumber(type) ?? 0, class: CLASS_IN, ttl, ...fields });
}

/** Character-strings, each behind its length (RFC 1035 section 3.3). */
function splitStrings(all: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at < all.length; at += 1 + (all[at] ?? 0)) strings.push(all.subarray(at + 1, at + 1 + (all[at] ?? 0)));
  return strings;
}
