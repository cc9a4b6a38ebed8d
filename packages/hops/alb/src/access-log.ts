/** One line per request. ELB guide, "Access log entries"; numbers are those of its table of fields. */
import { headerValue } from "@loopway/http";
import { formatSeconds, formatTime } from "./log-time.ts";
import type { ExchangeAccount, RequestState } from "./request-state.ts";

export function formatAccessLogLine(exchange: ExchangeAccount, state: RequestState): string {
  const { head, dispatchedUs, respondedUs, failure } = exchange;
  const target = state.target?.name ?? "-";
  const targetStatus = exchange.upstreamStatus === 0 ? "-" : String(exchange.upstreamStatus);
  const isAnswered = respondedUs !== 0;
  const agent = head === undefined ? undefined : headerValue(head, "user-agent");
  const deviation = head?.deviation;
  // The client of a 460 sees no status; the log shows what the load balancer counts.
  const status = failure === "client-closed" ? 460 : exchange.status;
  // What is short is joined first: V8 copies strings of up to 12 characters, and of longer ones makes a tree that has to be flattened.
  const statuses = `${status === 0 ? "-" : status} ${targetStatus} `;
  const sizes = `${exchange.bytesIn} ${exchange.bytesOut} "`;
  const untilDispatch = dispatchedUs === 0 ? "-1 " : `${formatSeconds(dispatchedUs - exchange.startUs)} `;
  const untilResponse = isAnswered ? `${formatSeconds(respondedUs - dispatchedUs)} 0.000 ` : "-1 -1 ";
  return (
    // 1 type, 2 time, 3 elb, 4 client:port, 5 target:port
    `${exchange.isTunnel ? "ws" : "http"} ${formatTime(exchange.endUs)} ${state.table.resourceId} ${exchange.downstream.remote} ${target} ` +
    // 6 request, 7 target, 8 response processing time
    `${untilDispatch}${untilResponse}` +
    // 9 elb and 10 target status code, 11 received and 12 sent bytes, 13 request, 14 user agent, 15 and 16 TLS
    `${statuses}${sizes}${requestField(exchange)}" "${agent === undefined ? "-" : escapeField(agent)}" - - ` +
    // 17 target group, 18 trace id, 19 SNI, 20 certificate, 21 rule, 22 creation time
    `${state.group?.arn ?? "-"} "${escapeField(state.trace.value)}" "-" "-" ${state.rule?.priority ?? -1} ${formatTime(exchange.startUs)} ` +
    // 23 actions, 24 redirect, 25 error reason, 26 targets, 27 their status codes
    `"${state.rule?.action.kind ?? "-"}" "${escapeField(state.redirectUrl)}" "-" "${target}" "${targetStatus}" ` +
    // 28 classification and 29 its reason, 30 connection, 31 to 33 transforms
    `"${deviation?.tier ?? "-"}" "${deviation?.reason ?? "-"}" ${exchange.listener.traceId}${transformFields(state)}`
  );
}

/** To the end of the line. */
function transformFields({ transform }: RequestState): string {
  return transform === undefined
    ? ' "-" "-" "-"\n'
    : ` "${escapeField(transform.host)}" "${escapeField(transform.uri)}" "${transform.status}"\n`;
}

/** METHOD protocol://host:port/uri HTTP/version; of a request that could not be read only what is known of its listener. */
function requestField({ head, listener, downstream }: ExchangeAccount): string {
  const { listenerPort } = listener.entry;
  if (head === undefined) return `- http://${downstream.local.slice(0, downstream.local.lastIndexOf(":"))}:${listenerPort}- -`;
  const colon = head.authority.lastIndexOf(":");
  const host = colon < 0 || head.authority.endsWith("]") ? head.authority : head.authority.slice(0, colon);
  const uri = head.query === undefined ? head.path : `${head.path}?${head.query}`;
  return `${head.method} http://${host}:${listenerPort}${escapeField(uri)} HTTP/1.${head.minorVersion}`;
}

/** What would break the line is written as \xNN. */
function escapeField(text: string): string {
  return /[^ !#-[\]-~]/.test(text)
    ? text.replace(/[^ !#-[\]-~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
    : text;
}
