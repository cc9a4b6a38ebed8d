import { answerQuery, type Exchange, type Transport, type ZoneTable } from "@loopway/dns";
import type { Hop } from "@loopway/hop-kit";
import type { FlowEnd, HopKind, Span } from "@loopway/model";
import { buildSpan } from "./span.ts";

/** Where a message came in. */
export interface Arrival {
  transport: Transport;
  /** "address:port". */
  local: string;
  remote: string;
}

/** An answer that others had a part in. */
export interface Completed extends Pick<Span, "upstreams"> {
  exchange: Exchange;
  /** Set where the answer is theirs. */
  outcome?: Span["outcome"];
}

/** Asks others for what the table does not say. undefined: it says all. Never rejects. */
export type Complete = (
  table: ZoneTable,
  exchange: Exchange,
  message: { octets: Uint8Array; transport: Transport },
) => Promise<Completed> | undefined;

interface NameServerOptions {
  table?: ZoneTable;
  complete?: Complete;
}

type Teller = Pick<Hop, "config" | "nowUs" | "report">;

/** What all sockets of the process share: the table of the moment, and who is told of each answer. */
export class NameServer {
  private readonly kind: HopKind;
  private readonly hop: Teller;
  private readonly complete: Complete | undefined;
  private table: ZoneTable;
  private turn = 0;

  constructor(kind: HopKind, hop: Teller, { table = { zonesByName: new Map() }, complete }: NameServerOptions = {}) {
    this.kind = kind;
    this.hop = hop;
    this.table = table;
    this.complete = complete;
  }

  /** Queries from now on see the new table. */
  swap(table: ZoneTable): void {
    this.table = table;
  }

  /** The response to one message, at once or when others have answered; undefined where none is due. */
  answer(octets: Uint8Array, arrival: Arrival): Uint8Array | Promise<Uint8Array> | undefined {
    const startUs = this.hop.nowUs();
    const { transport } = arrival;
    const exchange: Exchange | undefined = answerQuery(this.table, octets, { transport, turn: this.turn++ });
    if (exchange === undefined) return undefined;
    const seen = { arrival, startUs, bytesIn: octets.length };
    const completed = this.complete?.(this.table, exchange, { octets, transport });
    if (completed === undefined) return this.conclude({ exchange, upstreams: [] }, seen);
    return completed.then((all) => this.conclude(all, seen));
  }

  private conclude({ exchange, ...others }: Completed, { arrival, startUs, bytesIn }: Seen): Uint8Array {
    const { transport: protocol, local, remote } = arrival;
    const downstream: FlowEnd = { protocol, local, remote, ordinal: exchange.query.id };
    const { name } = this.hop.config;
    this.hop.report(buildSpan(exchange, { hop: this.kind, name, downstream, startUs, endUs: this.hop.nowUs(), bytesIn, ...others }));
    return exchange.response;
  }
}

interface Seen {
  arrival: Arrival;
  startUs: number;
  bytesIn: number;
}
