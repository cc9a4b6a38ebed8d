/** Response heads: RFC 9112 section 4, as strict as requests; what is refused here is a 502 of the hop. */
import { CR, fieldTable, LF } from "./characters.ts";
import { parseFields } from "./fields.ts";
import { framingOf } from "./framing.ts";
import { type Headers, type ResponseHead, UNTIL_CLOSE } from "./head.ts";

/** ALB: "The target response header exceeded 32 K". */
export const MAX_RESPONSE_HEAD = 32 * 1024;

/** `text` is in latin1 and begins with a whole head of so many bytes, from the status line to the blank line. Undefined when malformed. */
export function parseResponseHead(text: string, sizeBytes: number = text.length): ResponseHead | undefined {
  if (!/^HTTP\/1\.[01] [1-9][0-9]{2}[ \r]/.test(text)) return undefined;
  let lineEnd = 12;
  while (fieldTable[text.charCodeAt(lineEnd)] === 1) lineEnd++;
  if (text.charCodeAt(lineEnd) !== CR || text.charCodeAt(lineEnd + 1) !== LF) return undefined;
  const headers: Headers = { names: [], keys: [], values: [] };
  if (parseFields(text, lineEnd + 2, headers) !== undefined) return undefined;
  const framing = framingOf(headers);
  if (framing.problem !== undefined) return undefined;
  const minorVersion = text.charCodeAt(7) === 48 ? 0 : 1;
  const status = Number(text.slice(9, 12));
  // RFC 9112 section 6.3: 1xx, 204 and 304 have no body whatever their fields say; without framing the body ends with the connection.
  const hasBody = status >= 200 && status !== 204 && status !== 304;
  const length = hasBody ? (framing.length ?? UNTIL_CLOSE) : 0;
  return {
    kind: "response",
    status,
    reason: text.slice(13, lineEnd),
    minorVersion,
    names: headers.names,
    keys: headers.keys,
    values: headers.values,
    framing: length,
    isPersistent: !framing.hasClose && length !== UNTIL_CLOSE && (minorVersion === 1 || framing.hasKeepAlive),
    upgrade: framing.upgrade,
    connectionNames: framing.connectionNames,
    isEndToEnd: minorVersion === 1 && !framing.hasHopByHop,
    sizeBytes,
  };
}
