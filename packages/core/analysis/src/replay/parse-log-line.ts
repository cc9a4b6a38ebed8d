/**
 * One line of an ALB access log → the fields that tell about routing. ELB guide, "Access log entries"; numbers are those of its table of fields.
 * The hot path of a replay: no regular expression, no copy; the strings are slices of the line and keep it alive (see detach).
 */

export interface LogLine {
  /** Field 3, "app/<name>/<id>". */
  loadBalancer: string;
  /** Field 4 without the port; an IPv6 address without brackets. */
  clientAddress: string;
  /** Fields 9 and 10; 0 where the line has none. */
  status: number;
  targetStatus: number;
  /** Field 13 as it stands, escapes included. */
  request: string;
  /** Field 14 in plain; undefined where the request had none. */
  userAgent: string | undefined;
  /** Field 17. */
  targetGroupArn: string | undefined;
  /** Field 21: 0 the default action, -1 an error before or while rules were tried, also where AWS writes `-`. */
  rulePriority: number;
  /** Field 23, e.g. "waf,forward"; undefined where no action was taken. */
  actions: string | undefined;
  /** Field 24 in plain. */
  redirectUrl: string | undefined;
}

/** Until here all logs since 2019 agree; what AWS has appended since is passed over. */
const LAST_FIELD = 29;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const LETTER_T = 84;
/** Where the T of "2026-11-25T…" stands. */
const TIME_LETTER = 10;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const types: ReadonlySet<string> = new Set(["http", "https", "h2", "grpcs", "ws", "wss"]);
/** The rule of the highest priority number that AWS takes. */
const LAST_PRIORITY = 50_000;

/** The fields of the line, or why it is none: a sentence without subject. */
export function parseLogLine(line: string): LogLine | string {
  const ends = splitFields(line);
  if (typeof ends === "string") return ends;
  const field = (number: number) => fieldAt(line, ends, number);
  if (!types.has(field(1))) return "field 1 is no type of request";
  if (line.charCodeAt((ends[0] as number) + 1 + TIME_LETTER) !== LETTER_T) return "field 2 is no time";
  const client = field(4);
  const colon = client.lastIndexOf(":");
  if (colon < 1) return "field 4 is no address with a port";
  const status = parseNumber(field(9), 999);
  const targetStatus = parseNumber(field(10), 999);
  if (status === undefined || targetStatus === undefined) return "field 9 or 10 is no status code";
  const priority = field(21);
  const rulePriority = priority === "-" || priority === "-1" ? -1 : parseNumber(priority, LAST_PRIORITY);
  if (rulePriority === undefined) return "field 21 is no rule priority";
  return {
    loadBalancer: field(3),
    clientAddress: client.startsWith("[") ? client.slice(1, colon - 1) : client.slice(0, colon),
    status,
    targetStatus,
    request: field(13),
    userAgent: plain(field(14)),
    targetGroupArn: present(field(17)),
    rulePriority,
    actions: present(field(23)),
    redirectUrl: plain(field(24)),
  };
}

/** Where each of the first fields ends (the index behind it, closing quote included); they are separated by one space. */
function splitFields(line: string): Int32Array | string {
  let at = 0;
  for (let index = 0; index < LAST_FIELD; index++) {
    if (at > line.length) return `has ${index} fields; expected at least ${LAST_FIELD}`;
    let end: number;
    if (line.charCodeAt(at) === QUOTE) {
      end = closingQuote(line, at + 1) + 1;
      if (end === 0) return `field ${index + 1} has no closing quote`;
      if (end < line.length && line.charCodeAt(end) !== SPACE) return `field ${index + 1} goes on behind its closing quote`;
    } else {
      end = line.indexOf(" ", at);
      if (end < 0) end = line.length;
      if (end === at) return `field ${index + 1} is empty`;
    }
    fieldEnds[index] = end;
    at = end + 1;
  }
  return fieldEnds;
}

/** Of the line at hand: one array for all lines. */
const fieldEnds = new Int32Array(LAST_FIELD);

/** @returns -1 where there is none; a quote behind a backslash is part of the field. */
function closingQuote(line: string, from: number): number {
  for (let end = line.indexOf('"', from); end >= 0; end = line.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (line.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

/** Without its quotes. */
function fieldAt(line: string, ends: Int32Array, number: number): string {
  const start = number === 1 ? 0 : (ends[number - 2] as number) + 1;
  const end = ends[number - 1] as number;
  return line.charCodeAt(start) === QUOTE ? line.slice(start + 1, end - 1) : line.slice(start, end);
}

/** "-" is 0. */
function parseNumber(text: string, most: number): number | undefined {
  if (text === "-") return 0;
  if (text === "") return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < DIGIT_0 || code > DIGIT_9) return undefined;
    value = value * 10 + code - DIGIT_0;
  }
  return value > most ? undefined : value;
}

function present(field: string): string | undefined {
  return field === "-" || field === "" ? undefined : field;
}

function plain(field: string): string | undefined {
  return field === "-" ? undefined : unescapeField(field);
}

/** What stands in a line as \xNN, \" or \\. */
export function unescapeField(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replace(/\\(?:x([0-9A-Fa-f]{2})|(["\\]))/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
