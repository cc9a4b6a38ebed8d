import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import { decodeResponse, encodeQuery, type Response } from "@loopway/dns";
import type { Address } from "@loopway/model";
import { findClient } from "@loopway/testkit";

export function query(id: number, name: string, type = "A"): Uint8Array {
  const octets = encodeQuery({ id, name, type });
  if (octets === undefined) throw new Error(`${name} ${type} is no question`);
  return octets;
}

/** The first datagram that comes back, or undefined when none came for `patienceMs`. */
export async function exchangeUdp({ address, port }: Address, octets: Uint8Array, patienceMs = 5000): Promise<Uint8Array | undefined> {
  const socket = createSocket("udp4");
  try {
    const answer = once(socket, "message", { signal: AbortSignal.timeout(patienceMs) });
    socket.send(octets, port, address);
    const [message] = (await answer) as [Buffer];
    return message;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

export async function askUdp(server: Address, name: string, type = "A"): Promise<Response | undefined> {
  const message = await exchangeUdp(server, query(7, name, type));
  return message && decodeResponse(message);
}

export function frame(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}

export interface TcpExchange {
  messages: Buffer[];
  /** Sizes of the chunks that came. */
  chunks: number[];
  isClosed: boolean;
  send(octets: Uint8Array): void;
  end(): void;
}

/** A connection whose answers are collected as they come. */
export async function openTcp({ address, port }: Address): Promise<TcpExchange> {
  const socket = connect({ host: address, port, noDelay: true });
  const exchange: TcpExchange = {
    messages: [],
    chunks: [],
    isClosed: false,
    send: (octets) => void socket.write(octets),
    end: () => void socket.end(),
  };
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    exchange.chunks.push(chunk.length);
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      exchange.messages.push(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    exchange.isClosed = true;
  });
  await once(socket, "connect");
  return exchange;
}

/** dig's output; one try of two seconds, so that an unanswered query fails at once. */
export async function dig({ address, port }: Address, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(findClient("dig") ?? "dig", [
    `@${address}`,
    "-p",
    String(port),
    "+tries=1",
    "+time=2",
    ...words,
  ]);
  return stdout;
}
