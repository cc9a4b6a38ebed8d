/** The engine's side of an Exchange: its record, filled by both connections, and the one decision of the application. */
import type { RequestHead } from "@loopway/http";
import type { Downstream } from "./downstream.ts";
import type { Answer, Exchange, ExchangeFailure, ExchangeFlow, Upstream } from "./exchange.ts";
import type { UpstreamConnection } from "./upstream-connection.ts";

export class LiveExchange implements Exchange<unknown, unknown> {
  readonly listener: unknown;
  readonly clientAddress: string;
  readonly downstream: ExchangeFlow;
  readonly head: RequestHead | undefined;
  state: unknown;
  responseFields = "";
  upstream: ExchangeFlow | undefined;
  status = 0;
  upstreamStatus = 0;
  isTunnel = false;
  failure: ExchangeFailure | undefined;
  bytesIn: number;
  bytesOut = 0;
  startUs: number;
  dispatchedUs = 0;
  respondedUs = 0;
  endUs = 0;
  /** The application has been asked and has not decided yet. */
  isUndecided = true;
  /** Carries this exchange at present. */
  connection: UpstreamConnection | undefined;
  readonly #client: Downstream;

  constructor(client: Downstream, head: RequestHead | undefined, sizeBytes: number) {
    this.#client = client;
    this.listener = client.listener;
    this.clientAddress = client.clientAddress;
    this.downstream = { local: client.local, remote: client.remote, ordinal: client.exchangeCount++ };
    this.head = head;
    this.state = undefined;
    this.upstream = undefined;
    this.failure = undefined;
    this.connection = undefined;
    this.bytesIn = sizeBytes;
    this.startUs = client.core.nowUs();
  }

  get isHeadRequest(): boolean {
    return this.head !== undefined && this.head.method === "HEAD";
  }

  get isAmbiguous(): boolean {
    return this.head?.deviation?.tier === "Ambiguous";
  }

  get client(): Downstream {
    return this.#client;
  }

  forward(upstream: Upstream, head: string): void {
    if (this.endUs === 0 && this.bytesIn !== this.head?.sizeBytes) throw new Error("a request was sent again without a part of its body");
    if (this.#decide()) this.#client.forward(this, upstream, head);
  }

  answer(answer: Answer): void {
    if (this.#decide()) this.#client.answer(this, answer);
  }

  tunnel(upstream: Upstream): void {
    if (this.#decide()) this.#client.tunnel(this, upstream);
  }

  abort(): void {
    if (this.#decide()) this.#client.abort(this);
  }

  /** False when the client went away while the application was thinking: its decision is void. */
  #decide(): boolean {
    if (this.endUs !== 0) return false;
    if (!this.isUndecided) throw new Error("an exchange was decided twice");
    this.isUndecided = false;
    return true;
  }
}
