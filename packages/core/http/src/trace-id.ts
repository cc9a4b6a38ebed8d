/** X-Amzn-Trace-Id. AWS: "Request tracing for your Application Load Balancer". */

/** Beyond this size of all headers an ALB replaces the field by a new root. */
export const MAX_TRACED_HEADERS = 7 * 1024;

/** `1-<8 hex digits of the seconds since the epoch>-<24 hex digits>` */
export function formatTraceId(epochSeconds: number, random: string): string {
  return `1-${epochSeconds.toString(16).padStart(8, "0")}-${random}`;
}

export interface TraceHeader {
  /** Value to send on. */
  value: string;
  /** The root that identifies the request from its first hop on. */
  root: string;
}

/**
 * No field: a new root. A field with Root: that root stays, our id becomes Self (or replaces the Self that was there), other fields keep
 * their order behind it. A field without Root is not documented: it gets a new root before its own fields.
 */
export function buildTraceHeader(existing: string | undefined, id: string): TraceHeader {
  if (existing === undefined || existing === "") return { value: `Root=${id}`, root: id };
  const fields = fieldsOf(existing);
  const root = rootOf(fields);
  const others = fields.filter((field) => field !== "" && field !== `Root=${root}` && !field.startsWith("Self="));
  const first = root === undefined ? [`Root=${id}`] : [`Self=${id}`, `Root=${root}`];
  return { value: [...first, ...others].join(";"), root: root ?? id };
}

/** The root of a field as it came; undefined where it has none. */
export function traceRoot(header: string | undefined): string | undefined {
  return header === undefined ? undefined : rootOf(fieldsOf(header));
}

/** The request asks for its trace, by its X-Amzn-Trace-Id. AWS X-Ray, "Tracing header": Sampled=1. */
export function asksForTrace(header: string): boolean {
  return header.includes("Sampled=1") && /(^|;)\s*Sampled=1\s*(;|$)/.test(header);
}

function fieldsOf(header: string): string[] {
  return header.split(";").map((field) => field.trim());
}

function rootOf(fields: readonly string[]): string | undefined {
  return fields.find((field) => field.startsWith("Root="))?.slice("Root=".length);
}
