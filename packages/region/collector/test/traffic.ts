/**
 * Traffic that never was: client → alb → kube-proxy → pod, with keep-alive connections, as few ports as can be, and the truth about every span.
 *
 *   level 0  curl → client     L7        Each level takes the requests of the one above in order of time and gives each a place on a
 *   level 1  client → alb      L7        connection: an idle one, or a new one on a port whose last connection is gone.
 *   level 2  alb → node        L4
 *   level 3  node → pod        L7
 */
import type { HopKind, Span } from "@loopway/model";
import { downstreamOf, spanOf, upstreamOf, type Wire } from "./flows.ts";

export interface Traffic {
  /** Every report, connection spans twice, in the order in which things happened. */
  reports: Span[];
  /** Which requests went through a span, by its key. */
  truth: Map<string, Set<string>>;
}

/** No two spans of a hop begin on one flow at one time. */
export function spanKey({ hop, downstream: { local, remote, ordinal }, startUs }: Span): string {
  return `${hop} ${remote} ${local} ${ordinal} ${startUs}`;
}

export interface TrafficOptions {
  random: () => number;
  requests: number;
  /** A hop may go on with its client long after its upstream connection serves somebody else. */
  slowClients: boolean;
}

interface Connection {
  wire: Wire;
  openedUs: number;
  idleSinceUs: number;
  requests: string[];
}

interface Request {
  id: string;
  fromUs: number;
  toUs: number;
}

/** A request's place on a connection. */
interface Place extends Request {
  connection: Connection;
  ordinal: number;
}

/** Longer than the slack of the clocks; in reality the kernel keeps an address pair out of use for a second and more. */
const REUSE_GAP_US = 10_000;

export function simulateTraffic(options: TrafficOptions): Traffic {
  const { random, requests, slowClients } = options;
  const between = (low: number, high: number) => Math.round(low + random() * (high - low));
  /** When the next hop has the request: a little later, and done a little (or, with slow clients, much) earlier. */
  const below = ({ id, fromUs, toUs }: Request): Request => {
    const startUs = fromUs + between(50, 500);
    const latestUs = Math.max(startUs + 100, toUs - between(50, 500));
    return { id, fromUs: startUs, toUs: slowClients && random() < 0.1 ? between(startUs + 100, latestUs) : latestUs };
  };
  const arrivals = Array.from({ length: requests }, (_, i): Request => {
    const fromUs = between(0, requests * 2_000);
    return { id: `r${i}`, fromUs, toUs: fromUs + between(3_000, 60_000) };
  });
  const curl = placeOn("10.0.0.1:3128", arrivals, options);
  const client = placeOn("10.0.1.1:80", curl.map(below), options);
  const alb = placeOn("10.0.2.1:30080", client.map(below), options);
  const pod = alb.map((place) => ({ ...below(place), wire: podWire(place.connection), ordinal: place.ordinal }));

  const truth = new Map<string, Set<string>>();
  const reports: { span: Span; toldUs: number }[] = [];
  const report = (span: Span, ids: readonly string[], toldUs: number) => {
    truth.set(spanKey(span), new Set(ids));
    reports.push({ span, toldUs });
  };
  const layer = (hop: HopKind, came: readonly Place[], went: readonly Place[]) => {
    for (const place of came) {
      const next = went.find(({ id }) => id === place.id);
      const upstreams = next === undefined ? [] : [upstreamOf(next.connection.wire, next.ordinal)];
      const downstream = downstreamOf(place.connection.wire, place.ordinal);
      report(spanOf({ hop, downstream, upstreams, at: [place.fromUs, place.toUs], request: place.id }), [place.id], place.toUs);
    }
  };
  layer("client", curl, client);
  layer("alb", client, alb);
  for (const connection of new Set(alb.map((place) => place.connection))) {
    const { wire, openedUs, idleSinceUs, requests: ids } = connection;
    const relay = { hop: "kube-proxy", downstream: downstreamOf(wire), upstreams: [upstreamOf(podWire(connection))] } as const;
    report(spanOf({ ...relay, upstreams: [...relay.upstreams], at: [openedUs, -1] }), ids, openedUs);
    report(spanOf({ ...relay, upstreams: [...relay.upstreams], at: [openedUs, idleSinceUs] }), ids, idleSinceUs);
  }
  for (const { id, fromUs, toUs, wire, ordinal } of pod)
    report(spanOf({ hop: "pod", downstream: downstreamOf(wire, ordinal), at: [fromUs, toUs], request: id }), [id], toUs);
  return { reports: reports.sort((a, b) => a.toldUs - b.toldUs).map(({ span }) => span), truth };
}

/** The relay dials one pod per connection, from a port that follows the client's. */
function podWire({ wire }: Connection): Wire {
  const port = Number(wire.initiator.split(":")[1]);
  return { initiator: `10.0.2.1:${port}`, acceptor: `10.0.3.${1 + (port % 3)}:3000` };
}

function placeOn(acceptor: string, requests: readonly Request[], { random }: TrafficOptions): Place[] {
  const open: Connection[] = [];
  const freeFromUs = new Map<number, number>();
  return requests
    .toSorted((a, b) => a.fromUs - b.fromUs)
    .map((request) => {
      for (const connection of open.filter(({ idleSinceUs }) => idleSinceUs < request.fromUs)) {
        if (random() > 0.3) continue;
        open.splice(open.indexOf(connection), 1);
        freeFromUs.set(portOf(connection), connection.idleSinceUs + REUSE_GAP_US);
      }
      let connection = open.find(({ idleSinceUs }) => idleSinceUs < request.fromUs);
      if (connection === undefined) {
        const port = unusedPort(open, freeFromUs, request.fromUs);
        const wire = { initiator: `10.9.9.9:${port}`, acceptor };
        connection = { wire, openedUs: request.fromUs, idleSinceUs: 0, requests: [] };
        open.push(connection);
      }
      connection.idleSinceUs = request.toUs;
      return { ...request, connection, ordinal: connection.requests.push(request.id) - 1 };
    });
}

/** The lowest: ports are used again as soon as may be. */
function unusedPort(open: readonly Connection[], freeFromUs: ReadonlyMap<number, number>, atUs: number): number {
  for (let port = 1; ; port++) {
    if (!open.some((connection) => portOf(connection) === port) && (freeFromUs.get(port) ?? 0) <= atUs) return port;
  }
}

function portOf({ wire }: Connection): number {
  return Number(wire.initiator.split(":")[1]);
}
