import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Connection, ExchangeAccount } from "@loopway/alb";
import type { RequestHead } from "@loopway/http";
import { formatAddress } from "@loopway/model";

/** A client's connection, and what of it earlier requests have used up. */
export interface ClientSocket {
  connection: Connection;
  requestCount: number;
  bytesRead: number;
  bytesWritten: number;
}

/** What the access log and the span tell of one request; bytes as the client's socket counts them. */
export class Account implements ExchangeAccount {
  readonly listener: Connection;
  readonly downstream: ExchangeAccount["downstream"];
  readonly head: RequestHead;
  readonly startUs: number;
  upstream: ExchangeAccount["upstream"];
  status = 0;
  upstreamStatus = 0;
  readonly isTunnel = false;
  failure: ExchangeAccount["failure"];
  bytesIn = 0;
  bytesOut = 0;
  dispatchedUs = 0;
  respondedUs = 0;
  endUs = 0;
  readonly #client: ClientSocket;

  constructor({ socket }: IncomingMessage, client: ClientSocket, { head, startUs }: { head: RequestHead; startUs: number }) {
    this.#client = client;
    this.listener = client.connection;
    this.downstream = { ...flowOf(socket), ordinal: client.requestCount++ };
    this.head = head;
    this.startUs = startUs;
  }

  end({ bytesRead, bytesWritten }: Socket, endUs: number): void {
    this.bytesIn = bytesRead - this.#client.bytesRead;
    this.bytesOut = bytesWritten - this.#client.bytesWritten;
    Object.assign(this.#client, { bytesRead, bytesWritten });
    this.endUs = endUs;
  }
}

/** Both ends of a socket as this process sees it. */
export function flowOf({ localAddress = "", localPort = 0, remoteAddress = "", remotePort = 0 }: Socket): {
  local: string;
  remote: string;
} {
  return {
    local: formatAddress({ address: localAddress, port: localPort }),
    remote: formatAddress({ address: remoteAddress, port: remotePort }),
  };
}
