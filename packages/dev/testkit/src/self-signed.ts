import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface SelfSigned {
  /** PEM. */
  certificate: string;
  privateKey: string;
}

const OID = { ecdsaWithSha256: "2a8648ce3d040302", commonName: "550403", subjectAltName: "551d11" };
const DAY_MS = 86_400_000;

/** A certificate for these DNS names that vouches for itself: ECDSA P-256, X.509 v3 (RFC 5280 §4.1). Who is to trust it takes it for a CA. */
export function selfSigned(names: readonly string[], { validMs = DAY_MS }: { validMs?: number } = {}): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const now = Date.now();
  const algorithm = sequence(tagged(0x06, hex(OID.ecdsaWithSha256)));
  const name = sequence(tagged(0x31, sequence(tagged(0x06, hex(OID.commonName)), tagged(0x0c, Buffer.from(names[0] ?? "nobody")))));
  const altNames = sequence(...names.map((dnsName) => tagged(0x82, Buffer.from(dnsName))));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    name,
    sequence(time(Math.min(now, now + validMs) - DAY_MS), time(now + validMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(sequence(tagged(0x06, hex(OID.subjectAltName)), tagged(0x04, altNames)))),
  );
  const signature = sign("sha256", body, privateKey);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature));
  const lines = der.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

/** DER: tag, length, content. */
function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...content: Buffer[]): Buffer {
  return tagged(0x30, ...content);
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

/** UTCTime: two digits of the year. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return tagged(0x17, Buffer.from(digits.slice(2)));
}
