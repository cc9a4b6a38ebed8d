import type { TLSSocket } from "node:tls";
import type { TlsDecision } from "@loopway/model";

/** The decision with what was agreed. */
export function describeSession(decision: TlsDecision, stream: TLSSocket): TlsDecision {
  const version = stream.getProtocol();
  const { alpnProtocol } = stream;
  return {
    ...decision,
    ...(version === null ? {} : { version }),
    cipher: stream.getCipher().name,
    ...(typeof alpnProtocol === "string" ? { alpn: alpnProtocol } : {}),
  };
}

/** OpenSSL's or the socket's own word. */
export function failureOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}
