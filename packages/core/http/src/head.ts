/** Shapes of parsed message heads, shared by parser, rewriters and engines. */

/** Body framing of a message: a length in bytes (0: no body), or one of the two below. */
export const CHUNKED = -1;
export const UNTIL_CLOSE = -2;

/** Header fields of one head, in order of arrival: three parallel lists, which cost less than objects. */
export interface Headers {
  /** As sent. */
  names: string[];
  /** In lower case. */
  keys: string[];
  /** Without the white space around them; latin1, one character per byte. */
  values: string[];
}

/** A request head that may be forwarded: RFC 9112 section 3 and 5, strict. */
export interface RequestHead extends Headers {
  kind: "request";
  method: string;
  /** The request target as sent. */
  target: string;
  form: "origin" | "absolute" | "authority" | "asterisk";
  /** As sent, without query; of an absolute-form target the part behind the authority ("/" when empty); "*" for asterisk-form, "" for CONNECT. */
  path: string;
  /** As sent, without the question mark. */
  query: string | undefined;
  /** Host and port: of the target where it has them (absolute and authority form), else of the Host field; "" for HTTP/1.0 without Host. */
  authority: string;
  minorVersion: 0 | 1;
  /** Bytes of the body, or CHUNKED. */
  framing: number;
  /** What other parsers may see otherwise; absent for a compliant request. */
  deviation: Deviation | undefined;
  /** The client keeps its connection open for another request. */
  isPersistent: boolean;
  /** Value of Upgrade, when Connection names it. */
  upgrade: string | undefined;
  /** Names that Connection lists, in lower case, without close and keep-alive. */
  connectionNames: readonly string[];
  /** Bytes of the head, blank line included. */
  sizeBytes: number;
}

/** A response head from an upstream. */
export interface ResponseHead extends Headers {
  kind: "response";
  status: number;
  reason: string;
  minorVersion: 0 | 1;
  /** As the head says; the answer to a HEAD request has no body whatever this is. */
  framing: number;
  isPersistent: boolean;
  upgrade: string | undefined;
  connectionNames: readonly string[];
  /** HTTP/1.1 without a field for this connection alone: may be passed on byte for byte. */
  isEndToEnd: boolean;
  sizeBytes: number;
}

/**
 * A request that is unusual but framed without doubt. Ambiguous ones are forwarded and close both connections after it.
 * ALB desync mitigation mode "defensive"; reasons as in the access log's classification_reason.
 */
export interface Deviation {
  tier: "Acceptable" | "Ambiguous";
  reason: "GetHeadZeroContentLength" | "NonCompliantVersion" | "UndefinedContentLengthSemantics" | "UndefinedTransferEncodingSemantics";
}

/** Why a head, or a body, is not forwarded. The status is what an ALB answers. */
export interface Refusal {
  kind: "refusal";
  status: 400 | 408 | 414 | 501 | 505;
  reason: RefusalReason;
}

/** Those that ALB's access log knows have its names. */
export type RefusalReason =
  | "BadMethod"
  | "BadUri"
  | "BadVersion"
  | "BadHeader"
  | "BadHost"
  | "BadContentLength"
  | "MultipleContentLength"
  | "BadTransferEncoding"
  | "BothTeClPresent"
  | "BadChunk"
  | "HeadTooLarge"
  | "RequestLineTooLong"
  | "UnsupportedTransferEncoding"
  | "UnsupportedVersion"
  | "RequestTimeout";

export function refuse(status: Refusal["status"], reason: RefusalReason): Refusal {
  return { kind: "refusal", status, reason };
}

/** First value of a field, by its name in lower case. */
export function headerValue(headers: Headers, key: string): string | undefined {
  const index = headers.keys.indexOf(key);
  return index < 0 ? undefined : headers.values[index];
}

/** All values of a field as one list, RFC 9110 section 5.3. */
export function headerList(headers: Headers, key: string): string | undefined {
  let list: string | undefined;
  for (let index = headers.keys.indexOf(key); index >= 0; index = headers.keys.indexOf(key, index + 1)) {
    const value = headers.values[index] ?? "";
    list = list === undefined ? value : `${list}, ${value}`;
  }
  return list;
}
