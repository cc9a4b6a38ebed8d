import { answerQuery, type Exchange, type Transport, type ZoneTable } from "@loopway/dns";
import type { Hop } from "@loopway/hop-kit";
import type { FlowEnd, HopKind } from "@loopway/model";
import { buildSpan } from "./span.ts";

/** Where a message came in. */
export interface Arrival {
  transport: Transport;
  /** "address:port". */
  local: string;
  remote: string;
}

type Teller = Pick<Hop, "config" | "nowUs" | "report">;

/** What all sockets of the process share: the table of the moment, and who is told of each answer. */
export class NameServer {
  private readonly kind: HopKind;
  private readonly hop: Teller;
  private table: ZoneTable;
  private turn = 0;

  constructor(kind: HopKind, hop: Teller, table: ZoneTable = { zonesByName: new Map() }) {
    this.kind = kind;
    this.hop = hop;
    this.table = table;
  }

  /** Queries from now on see the new table. */
  swap(table: ZoneTable): void {
    this.table = table;
  }

  /** The response to one message, or undefined where none is due. */
  answer(octets: Uint8Array, { transport, local, remote }: Arrival): Uint8Array | undefined {
    const startUs = this.hop.nowUs();
    const exchange: Exchange | undefined = answerQuery(this.table, octets, { transport, turn: this.turn++ });
    if (exchange === undefined) return undefined;
    const downstream: FlowEnd = { protocol: transport, local, remote, ordinal: exchange.query.id };
    this.hop.report(
      buildSpan(exchange, {
        hop: this.kind,
        name: this.hop.config.name,
        downstream,
        startUs,
        endUs: this.hop.nowUs(),
        bytesIn: octets.length,
      }),
    );
    return exchange.response;
  }
}
