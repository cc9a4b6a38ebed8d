/** One question to the resolver, as a stub resolver asks it: over UDP, again after silence, over TCP when the answer was truncated. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { setTimeout as pause } from "node:timers/promises";
import { decodeResponse, encodeQuery, type Response } from "@loopway/dns";
import { type Address, type FlowEnd, formatAddress } from "@loopway/model";
import { exchangeOverTcp } from "./exchange-over-tcp.ts";

export interface Reply {
  response: Response;
  /** The exchanges that led to it: UDP, and TCP behind it where that answer was truncated. */
  flows: FlowEnd[];
}

/** A name, and where the resolver is dialled. */
export interface Question {
  name: string;
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
    const query = buildQuery(question.name);
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
function buildQuery(name: string): Query | undefined {
  const id = randomInt(0x1_0000);
  const octets = encodeQuery({ id, name, type: "A" });
  return octets === undefined ? undefined : { id, octets };
}

/** A socket of its own for each query: another random port (RFC 5452 section 9.2), and connected, so that only the resolver is heard. */
function askOverUdp({ name, udp }: Question, { id, octets }: Query): Promise<Exchanged> {
  const socket = createSocket("udp4");
  const flow: FlowEnd = { protocol: "udp", local: "", remote: formatAddress(udp), ordinal: id };
  return new Promise((resolve) => {
    const settle = (response?: Response) => {
      clearTimeout(timer);
      socket.removeAllListeners().on("error", () => undefined);
      socket.close();
      resolve({ response, flow });
    };
    const timer = setTimeout(settle, TIMEOUT_MS);
    socket.on("error", () => settle());
    socket.on("message", (message) => {
      const response = decodeAnswer(message, id, name);
      if (response !== undefined) settle(response);
    });
    socket.on("connect", () => {
      flow.local = formatAddress(socket.address());
      socket.send(octets);
    });
    socket.connect(udp.port, udp.address);
  });
}

async function askOverTcp({ name, tcp }: Question, before: FlowEnd[]): Promise<Reply | undefined> {
  const query = buildQuery(name);
  if (query === undefined) return undefined;
  const { id, octets } = query;
  const flow: FlowEnd = { protocol: "tcp", local: "", remote: formatAddress(tcp), ordinal: id };
  const { message, local } = await exchangeOverTcp(tcp, octets, TIMEOUT_MS);
  flow.local = local;
  const response = message && decodeAnswer(message, id, name);
  return response === undefined ? undefined : { response, flows: [...before, flow] };
}

/** Only what answers our question (RFC 5452 section 9.1). */
function decodeAnswer(octets: Uint8Array, id: number, name: string): Response | undefined {
  const response = decodeResponse(octets);
  if (response === undefined || response.id !== id) return undefined;
  const { question } = response;
  return question !== undefined && question.type === "A" && isSameName(question.name, name) ? response : undefined;
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase().replace(/\.$/, "") === b.toLowerCase().replace(/\.$/, "");
}
