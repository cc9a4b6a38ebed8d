/**
 * The handshake with a client:
 *
 *   accepted ─▶ first bytes ─▶ ClientHello: certificate by SNI, protocol by ALPN ─▶ TLS handshake ─▶ agreed
 *        └─────────────┴──────────────── too many, too slow, refused, gone ─────────────┴─▶ failed, closed
 */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { resetSocket, speaksOver } from "@loopway/l4-relay";
import type { TlsDecision } from "@loopway/model";
import { chooseAlpn } from "./alpn-policy.ts";
import { parseClientHello } from "./client-hello.ts";
import { chooseCertificate, type ServedCertificate } from "./served-certificates.ts";
import { describeSession, failureOf } from "./tls-decision.ts";

export interface ListenerSecurity {
  /** The default one first. */
  certificates: readonly ServedCertificate[];
  alpnPolicy?: string | undefined;
}

/** Exactly one of them is called, once. */
export interface HandshakeEnds {
  agreed(stream: TLSSocket, decision: TlsDecision): void;
  /** The connection is over. */
  failed(decision: TlsDecision): void;
}

/** AWS tells no limit for clients; that of an ALB towards its targets. */
export const HANDSHAKE_LIMIT_MS = 10_000;
/** Ours: a client that opens more without going on is turned away. */
const MAX_HANDSHAKES = 1_000;
/** OpenSSL takes no longer ClientHello (SSL3_RT_MAX_PLAIN_LENGTH). */
const MAX_HELLO_BYTES = 16_384;

export class TlsTermination {
  readonly #underWay = new Set<Socket>();

  accept(tcp: Socket, { certificates, alpnPolicy }: ListenerSecurity, ends: HandshakeEnds): void {
    const decision: TlsDecision = { kind: "tls", peer: "client" };
    let stream: TLSSocket | undefined;
    const settle = () => {
      clearTimeout(timer);
      return this.#underWay.delete(tcp);
    };
    const fail = (failure: string) => {
      if (settle()) ends.failed({ ...decision, failure });
    };
    const timer = setTimeout(() => {
      fail("ETIMEDOUT");
      resetSocket(stream ?? tcp);
    }, HANDSHAKE_LIMIT_MS).unref();
    const isTooMany = this.#underWay.size >= MAX_HANDSHAKES;
    this.#underWay.add(tcp);
    tcp.on("error", (error) => fail(failureOf(error)));
    tcp.on("close", () => fail("ECONNRESET"));
    if (isTooMany) {
      fail("EMFILE");
      resetSocket(tcp);
      return;
    }
    const begin = (bytes: Buffer) => {
      const hello = parseClientHello(bytes);
      const { serverName, alpnProtocols } = typeof hello === "string" ? { serverName: undefined, alpnProtocols: [] } : hello;
      if (serverName !== undefined) decision.serverName = serverName;
      const certificate = chooseCertificate(certificates, serverName);
      if (certificate === undefined) {
        fail("ERR_SSL_NO_CERTIFICATE_ASSIGNED");
        resetSocket(tcp);
        return;
      }
      decision.certificate = certificate.arn;
      const secured = secure(tcp, certificate, chooseAlpn(alpnPolicy, alpnProtocols));
      stream = secured;
      secured.on("error", (error) => fail(failureOf(error)));
      const giveUp = () => tcp.destroy();
      secured.once("end", giveUp);
      secured.once("secure", () => {
        secured.off("end", giveUp);
        if (settle()) ends.agreed(secured, describeSession(decision, secured));
      });
    };
    readHello(tcp, begin);
  }

  /** Ends every handshake that is under way. */
  drain(): void {
    for (const tcp of this.#underWay) tcp.destroy();
  }
}

/** Reads until the first message is there, or cannot come any more; then the socket has it all again, unread. */
function readHello(tcp: Socket, then: (bytes: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  const giveUp = () => tcp.destroy();
  const read = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length < MAX_HELLO_BYTES && parseClientHello(bytes) === "incomplete") return;
    tcp.off("data", read).off("end", giveUp).pause();
    tcp.unshift(bytes);
    then(bytes);
  };
  tcp.on("data", read).on("end", giveUp);
}

function secure(tcp: Socket, { context }: ServedCertificate, alpn: string | undefined): TLSSocket {
  const { TLSSocket } = process.getBuiltinModule("node:tls");
  const stream = new TLSSocket(tcp, {
    isServer: true,
    secureContext: context,
    // As they go over the wire: length, then octets.
    ...(alpn === undefined ? {} : { ALPNProtocols: Buffer.from(`${String.fromCharCode(alpn.length)}${alpn}`, "latin1") }),
  });
  speaksOver(stream, tcp);
  return stream;
}
