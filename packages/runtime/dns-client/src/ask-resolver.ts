/** One question to the resolver, as a stub resolver asks it: over UDP, again after silence, over TCP when the answer was truncated. */
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { decodeResponse, encodeQuery, type Response } from "@loopway/dns";
import { type Address, type FlowEnd, formatAddress } from "@loopway/model";
import { exchangeOverTcp } from "./exchange-over-tcp.ts";
import { exchangeOverUdp } from "./exchange-over-udp.ts";

export interface Reply {
  response: Response;
  /** The exchanges that led to it: UDP, and TCP behind it where that answer was truncated. */
  flows: FlowEnd[];
}

/** A name, and where the resolver is dialled. */
export interface Question {
  name: string;
  /** Default A. */
  type?: string;
  udp: Address;
  tcp: Address;
}

/** What one exchange brought; no response: refused, or nothing that answers the question in time. */
interface Exchanged {
  response: Response | undefined;
  flow: FlowEnd;
}

/** glibc waits 5 s and asks twice; here the resolver is on the same machine, and three times a second lets it restart meanwhile. */
const ATTEMPTS = 3;
const TIMEOUT_MS = 1_000;
/** A refused attempt fails at once; the next one waits so long. */
const PAUSE_MS = 200;

/** Undefined when the name is no domain name or the resolver gives no answer. */
export async function askResolver(question: Question): Promise<Reply | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const query = buildQuery(question);
    if (query === undefined) return undefined;
    const { response, flow } = await askOverUdp(question, query);
    if (response?.truncated === true) return await askOverTcp(question, [flow]);
    if (response !== undefined) return { response, flows: [flow] };
    if (attempt < ATTEMPTS) await pause(PAUSE_MS);
  }
  return undefined;
}

interface Query {
  id: number;
  octets: Uint8Array;
}

/** A new id for every attempt (RFC 5452 section 9.2), which also tells the spans of two attempts apart. */
function buildQuery({ name, type = "A" }: Question): Query | undefined {
  const id = randomInt(0x1_0000);
  const octets = encodeQuery({ id, name, type });
  return octets === undefined ? undefined : { id, octets };
}

async function askOverUdp(question: Question, { id, octets }: Query): Promise<Exchanged> {
  let response: Response | undefined;
  const accepts = (message: Buffer) => {
    response = decodeAnswer(message, id, question);
    return response !== undefined;
  };
  const { local } = await exchangeOverUdp(question.udp, octets, { timeoutMs: TIMEOUT_MS, accepts });
  return { response, flow: { protocol: "udp", local, remote: formatAddress(question.udp), ordinal: id } };
}

async function askOverTcp(question: Question, before: FlowEnd[]): Promise<Reply | undefined> {
  const query = buildQuery(question);
  if (query === undefined) return undefined;
  const { id, octets } = query;
  const { message, local } = await exchangeOverTcp(question.tcp, octets, TIMEOUT_MS);
  const flow: FlowEnd = { protocol: "tcp", local, remote: formatAddress(question.tcp), ordinal: id };
  const response = message && decodeAnswer(message, id, question);
  return response === undefined ? undefined : { response, flows: [...before, flow] };
}

/** Only what answers our question (RFC 5452 section 9.1). */
function decodeAnswer(octets: Uint8Array, id: number, { name, type = "A" }: Question): Response | undefined {
  const response = decodeResponse(octets);
  if (response === undefined || response.id !== id) return undefined;
  const { question } = response;
  return question !== undefined && question.type === type && isSameName(question.name, name) ? response : undefined;
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase().replace(/\.$/, "") === b.toLowerCase().replace(/\.$/, "");
}
