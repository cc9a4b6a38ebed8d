import { asksForTrace, formatRequestHead, headerValue, type RequestHead } from "@loopway/http";
import type { Application, Exchange, Upstream, UpstreamFailure } from "@loopway/l7-proxy";
import { type Address, type ErrorCode, formatAddress, formatError, remedyOf, type Span } from "@loopway/model";
import { clientSpan } from "./client-span.ts";
import { parseDestination } from "./destination.ts";
import type { Sender, Senders } from "./pod-senders.ts";
import type { Resolution, Resolver } from "./resolver.ts";
import { senderOf } from "./sender.ts";

/** What a request has come to so far; kept on its exchange. */
export interface Journey {
  name: string;
  port: number;
  /** The pod in whose place it is sent; absent: a client outside the cluster. */
  sender: Sender | undefined;
  /** Absent for an address instead of a name. */
  resolution: Resolution | undefined;
  /** Addresses in the order of the answer, without those that were dialled already. */
  untried: string[];
  /** Dialled last. */
  upstream: Upstream | undefined;
  isSentAgain: boolean;
  /** Why the proxy answered itself. */
  code: ErrorCode | undefined;
}

export type ClientExchange = Exchange<undefined, Journey>;

export interface ForwardProxyOptions {
  /** Of clients outside the cluster. */
  resolver: Resolver;
  senders: Senders;
  /** Where a virtual address is dialled. */
  resolve(virtual: Address): Address;
  report(span: Span): void;
}

/** For the proxy alone (RFC 9110 section 11.7.2). Proxy-Connection goes with the fields of one connection anyway. */
const forTheProxy: ReadonlySet<string> = new Set(["proxy-authorization"]);
/** No connection was established: nothing of the request has left. */
const neverConnected: ReadonlySet<UpstreamFailure> = new Set(["refused", "unreachable", "connect-timeout"]);
/** RFC 9110 section 9.2.2: may be sent twice. */
const idempotent: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "DELETE", "PUT", "TRACE"]);

/** Resolves as a client would and dials what came back. Adds no Via and no X-Forwarded field: to the load balancer this is the client. */
export function createForwardProxy({ resolver, senders, resolve, report }: ForwardProxyOptions): Application<undefined, Journey> {
  const proceed = (exchange: ClientExchange, head: RequestHead, journey: Journey): boolean => {
    const address = journey.untried.shift();
    if (address === undefined) return false;
    const dialled = resolve({ address, port: journey.port });
    const { localAddress } = journey.sender ?? {};
    const from = localAddress === undefined ? {} : { localAddress };
    journey.upstream = { key: formatAddress(dialled), isExclusive: true, ...dialled, ...from };
    send(exchange, head, journey.upstream);
    return true;
  };
  const start = (exchange: ClientExchange, head: RequestHead, resolution: Resolution) => {
    const journey = exchange.state;
    if (journey === undefined) return;
    journey.resolution = resolution;
    journey.untried = [...resolution.addresses];
    if (!proceed(exchange, head, journey)) refuse(exchange, "E_RESOLVE", { host: journey.name, rcode: reasonOf(journey, resolution) });
  };
  const resolverOf = ({ sender }: Journey) => sender?.resolver ?? resolver;
  const begin = (exchange: ClientExchange, head: RequestHead, journey: Journey, isAddress: boolean) => {
    const { name } = journey;
    exchange.state = journey;
    if (isAddress) {
      journey.untried = [name];
      proceed(exchange, head, journey);
      return;
    }
    // A trace that is asked for shows the resolving too.
    const own = asksForTrace(headerValue(head, "x-amzn-trace-id") ?? "");
    const known = own ? undefined : resolverOf(journey).known(name);
    if (known !== undefined) start(exchange, head, known);
    else
      void resolverOf(journey)
        .ask(name, { own })
        .then((resolution) => start(exchange, head, resolution));
  };

  return {
    request(exchange, head) {
      const destination = parseDestination(head);
      if ("refusal" in destination) {
        exchange.answer(page(400, destination.refusal));
        return;
      }
      const { name, port, isAddress } = destination;
      const journey: Journey = {
        name,
        port,
        sender: undefined,
        resolution: undefined,
        untried: [],
        upstream: undefined,
        isSentAgain: false,
        code: undefined,
      };
      const pod = senderOf(head);
      if (pod === undefined) {
        begin(exchange, head, journey, isAddress);
        return;
      }
      void senders.find(pod).then((sender) => {
        if (!("known" in sender)) begin(exchange, head, { ...journey, sender }, isAddress);
        else {
          exchange.state = journey;
          refuse(exchange, "E_NO_POD", { pod, known: sender.known });
        }
      });
    },

    refused(exchange, { status, reason }) {
      exchange.answer(page(status, `the request cannot be read: ${reason}`));
    },

    failed(exchange, failure) {
      const { head, state: journey } = exchange;
      if (head === undefined || journey?.upstream === undefined) {
        exchange.abort();
        return;
      }
      // Of a body nothing is kept: what has gone to one connection cannot be sent to another.
      const isWhole = exchange.bytesIn === head.sizeBytes;
      if (isWhole && neverConnected.has(failure) && proceed(exchange, head, journey)) return;
      if (isWhole && isStale(exchange, head, journey, failure)) {
        journey.isSentAgain = true;
        send(exchange, head, journey.upstream);
        return;
      }
      resolverOf(journey).forget(journey.name);
      refuse(exchange, "E_UPSTREAM", { upstream: `${journey.name} at ${journey.upstream.key}`, reason: failure });
    },

    ended: (exchange) => report(clientSpan(exchange)),
  };
}

function reasonOf({ sender }: Journey, { rcode }: Resolution): string {
  return sender !== undefined && rcode === "TIMEOUT" ? `TIMEOUT (${sender.silence})` : rcode;
}

function send(exchange: ClientExchange, head: RequestHead, upstream: Upstream): void {
  if (head.method === "CONNECT") exchange.tunnel(upstream);
  else exchange.forward(upstream, originHead(head));
}

/** Absolute-form in, origin-form out; Host is that of the target, whatever the client wrote (RFC 9112 section 3.2.2). */
function originHead(head: RequestHead): string {
  const target = head.query === undefined ? head.path : `${head.path}?${head.query}`;
  return formatRequestHead(head, { target, host: head.authority, without: forTheProxy, append: "" });
}

/** The pooled connection was closed by its other end just when we used it: a client tries once more (RFC 9112 section 9.3.1). */
function isStale(exchange: ClientExchange, head: RequestHead, journey: Journey, failure: UpstreamFailure): boolean {
  const wasUsedBefore = (exchange.upstream?.ordinal ?? 0) > 0;
  return wasUsedBefore && !journey.isSentAgain && (failure === "closed" || failure === "reset") && idempotent.has(head.method);
}

function refuse(exchange: ClientExchange, code: ErrorCode, values: Record<string, string>): void {
  if (exchange.state !== undefined) exchange.state.code = code;
  exchange.answer(page(502, `${code}: ${formatError(code, values)}; ${remedyOf(code, values)}`));
}

function page(status: number, sentence: string) {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: `Loopway client: ${sentence}\n` };
}
