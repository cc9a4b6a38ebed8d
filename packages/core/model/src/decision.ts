/** What a hop decided about one request or connection, and why: plain data with four readers (hop, span, explain, simulator). */
import type { Origin } from "./annotations.ts";

export type Decision =
  | {
      kind: "record";
      name: string;
      recordType: string;
      hostedZone?: string;
      record?: string;
      ttl: number;
      answers: string[];
      rcode: string;
    }
  | { kind: "rule"; listener: string; rule: string; priority: number | "default"; action: string; origin?: Origin }
  /** `rule` absent: no inbound rule of these lets the client in. */
  | { kind: "securityGroup"; securityGroups: string[]; rule?: string }
  | { kind: "target"; targetGroup: string; target: string; health: string; algorithm: string; candidates: number }
  | TlsDecision
  | { kind: "nodePort"; node: string; nodePort: number; service: string }
  | { kind: "clusterIP"; clusterIP: string; servicePort: number; service: string }
  | { kind: "externalIP"; address: string; servicePort: number; service: string }
  | { kind: "endpoint"; service: string; endpoint: string; pod?: string; candidates: number }
  | { kind: "pod"; pod: string; namespace: string; container: string; node: string };

/** What was agreed in a TLS handshake, or why it failed. Never a key. */
export interface TlsDecision {
  kind: "tls";
  /** Who is at the other end. */
  peer: "client" | "target";
  /** As the client sent it (SNI). */
  serverName?: string;
  /** ARN of the certificate that was shown. */
  certificate?: string;
  /** Absent while the handshake lasts, and where it failed. */
  version?: string;
  cipher?: string;
  /** Protocol agreed by ALPN. */
  alpn?: string;
  /** Code of OpenSSL or of the socket. */
  failure?: string;
}

/** How it ended. `code` is set exactly when the hop itself, not its upstream, produced the result. */
export type Outcome =
  | { kind: "forwarded"; status?: number }
  | { kind: "answered"; status?: number; code?: string }
  | { kind: "failed"; code: string };
