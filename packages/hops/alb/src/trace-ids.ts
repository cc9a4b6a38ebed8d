/** New X-Amzn-Trace-Id values, a tenth of a microsecond each. */
import { buildTraceHeader, formatTraceId, headerValue, MAX_TRACED_HEADERS, type RequestHead, type TraceHeader } from "@loopway/http";

/** Of the 24 digits of an id the last six count, from a random start; with the second before it no id comes twice. */
const COUNT_DIGITS = 6;
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const beginning = Array.from({ length: 24 - COUNT_DIGITS }, () => Math.floor(Math.random() * 16).toString(16)).join("");
let count = Math.floor(Math.random() * 16 ** COUNT_DIGITS);
let prefixSecond = -1;
let prefix = "";

export function traceFor(head: RequestHead, nowUs: number): TraceHeader {
  const existing = head.sizeBytes > MAX_TRACED_HEADERS ? undefined : headerValue(head, "x-amzn-trace-id");
  return buildTraceHeader(existing, nextId(Math.floor(nowUs / 1e6)));
}

function nextId(epochSeconds: number): string {
  if (epochSeconds !== prefixSecond) {
    prefixSecond = epochSeconds;
    prefix = formatTraceId(epochSeconds, beginning);
  }
  count = (count + 1) & 0xffffff;
  const digits = `${hexOfByte[count >> 16]}${hexOfByte[(count >> 8) & 255]}${hexOfByte[count & 255]}`;
  return `${prefix}${digits}`;
}
