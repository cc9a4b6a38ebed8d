/** The first message of a TLS client (RFC 8446 §4.1.2): whom it wants (SNI), and what it would speak (ALPN). Pure; says nothing of whether it is valid. */

export interface ClientHello {
  serverName?: string;
  /** In the client's order. */
  alpnProtocols: readonly string[];
}

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;
/** Version and random. */
const BEFORE_SESSION_ID = 34;
const SERVER_NAME = 0;
const ALPN = 16;
/** RFC 6066: a DNS name. */
const HOST_NAME = 0;

/** What `bytes`, the first of a connection, say. "incomplete": more are needed. "other": whatever it is, TLS has to refuse it. */
export function parseClientHello(bytes: Buffer): ClientHello | "incomplete" | "other" {
  const message = collectMessage(bytes);
  if (typeof message === "string") return message;
  try {
    return parseMessage(message);
  } catch (error) {
    if (error instanceof RangeError) return "other";
    throw error;
  }
}

/** The handshake message without its header; it may be spread over several records. */
function collectMessage(bytes: Buffer): Buffer | "incomplete" | "other" {
  const fragments: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== HANDSHAKE_RECORD) return "other";
    if (bytes.length < at + RECORD_HEADER) return "incomplete";
    const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3);
    fragments.push(bytes.subarray(at + RECORD_HEADER, end));
    at = end;
    const joined = Buffer.concat(fragments);
    if (joined.length > 0 && joined[0] !== CLIENT_HELLO) return "other";
    if (joined.length >= 4 && joined.length >= 4 + joined.readUIntBE(1, 3)) return joined.subarray(4, 4 + joined.readUIntBE(1, 3));
  }
  return "incomplete";
}

/** Throws RangeError where a length leads beyond the message. */
function parseMessage(message: Buffer): ClientHello {
  let at = BEFORE_SESSION_ID;
  at += 1 + message.readUInt8(at); // session id
  at += 2 + message.readUInt16BE(at); // cipher suites
  at += 1 + message.readUInt8(at); // compression methods
  const hello: { serverName?: string; alpnProtocols: string[] } = { alpnProtocols: [] };
  if (at === message.length) return hello;
  const end = at + 2 + message.readUInt16BE(at);
  at += 2;
  while (at < end) {
    const body = at + 4;
    const length = message.readUInt16BE(at + 2);
    const extension = message.subarray(body, body + length);
    if (message.readUInt16BE(at) === SERVER_NAME && extension.readUInt8(2) === HOST_NAME)
      hello.serverName = textAt(extension, 5, extension.readUInt16BE(3));
    if (message.readUInt16BE(at) === ALPN) {
      for (let next = 2; next < length; next += 1 + extension.readUInt8(next))
        hello.alpnProtocols.push(textAt(extension, next + 1, extension.readUInt8(next)));
    }
    at = body + length;
  }
  return hello;
}

function textAt(bytes: Buffer, start: number, length: number): string {
  return bytes.toString("latin1", start, start + length);
}
