import type { Field } from "./record-types.ts";

/** RFC 1035 §4.1.1, RFC 6891 §9. */
export const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;
export type Rcode = keyof typeof rcodes;

export const CLASS_IN = 1;
export const TYPE_OPT = 41;

export interface Question {
  /** As asked: case is kept. */
  name: string;
  type: string;
  class: number;
}

export interface ResourceRecord {
  name: string;
  type: string;
  ttl: number;
  data: readonly Field[];
}

export interface Edns {
  /** What the client can take over UDP, as it said. */
  udpSize: number;
  dnssecOk: boolean;
}

/** A query as far as it could be read; enough to answer it, be it with an error. */
export interface Query {
  id: number;
  opcode: number;
  recursionDesired: boolean;
  checkingDisabled: boolean;
  question?: Question;
  edns?: Edns;
  /** Set when it must be refused before anything is looked up. */
  refusal?: { rcode: Rcode; reason: string };
}

/** The answer's sections, before they are put on the wire. */
export interface Reply {
  rcode: Rcode;
  /** The AA bit: false in referrals and refusals. */
  authoritative: boolean;
  answers: readonly ResourceRecord[];
  authority: readonly ResourceRecord[];
  additional: readonly ResourceRecord[];
}

export function emptyReply(rcode: Rcode): Reply {
  return { rcode, authoritative: false, answers: [], authority: [], additional: [] };
}
