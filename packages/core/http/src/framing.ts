/** What the fields say about the body and the connection: RFC 9112 sections 6, 7 and 9, strict. */
import { consistsOf, tokenTable } from "./characters.ts";
import { listElements } from "./fields.ts";
import { CHUNKED, type Headers, type RefusalReason } from "./head.ts";

export interface Framing {
  /** Bytes, CHUNKED, or undefined where no field says so. */
  length: number | undefined;
  problem: RefusalReason | undefined;
  hasClose: boolean;
  hasKeepAlive: boolean;
  upgrade: string | undefined;
  connectionNames: readonly string[];
  /** Some field is for this connection alone and must not be passed on. */
  hasHopByHop: boolean;
}

const noNames: readonly string[] = [];

/** Decimal digits only, and exactly representable. */
function parseContentLength(value: string): number | undefined {
  return /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}

/** ALB: "501 Transfer-Encoding header with a value other than chunked or identity". Malformed lists and chunked out of place are 400. */
function transferEncodingProblem(value: string): RefusalReason | undefined {
  const codings = value.split(",").map((coding) => coding.replace(/^[ \t]+|[ \t]+$/g, "").toLowerCase());
  if (codings.length === 1 && codings[0] === "chunked") return undefined;
  if (codings.some((coding) => coding === "" || !consistsOf(coding, tokenTable))) return "BadTransferEncoding";
  if (codings.every((coding) => coding === "chunked" || coding === "identity")) return "BadTransferEncoding";
  return codings.indexOf("chunked") < codings.length - 1 && codings.includes("chunked")
    ? "BadTransferEncoding"
    : "UnsupportedTransferEncoding";
}

/** One pass over the fields. */
export function framingOf({ keys, values }: Headers): Framing {
  const framing: Framing = {
    length: undefined,
    problem: undefined,
    hasClose: false,
    hasKeepAlive: false,
    upgrade: undefined,
    connectionNames: noNames,
    hasHopByHop: false,
  };
  let transferEncoding: string | undefined;
  for (let i = 0; i < keys.length; i++) {
    const value = values[i] ?? "";
    switch (keys[i]) {
      case "content-length":
        if (framing.length !== undefined) framing.problem = "MultipleContentLength";
        framing.length = parseContentLength(value);
        if (framing.length === undefined) framing.problem = "BadContentLength";
        break;
      case "transfer-encoding":
        transferEncoding = transferEncoding === undefined ? value : `${transferEncoding},${value}`;
        break;
      case "connection":
        framing.hasHopByHop = true;
        readConnection(value, framing);
        break;
      case "upgrade":
        framing.hasHopByHop = true;
        framing.upgrade = value;
        break;
      case "keep-alive":
      case "proxy-connection":
      case "te":
        framing.hasHopByHop = true;
        break;
    }
  }
  if (transferEncoding !== undefined) {
    if (framing.length !== undefined) framing.problem ??= "BothTeClPresent";
    framing.problem ??= transferEncodingProblem(transferEncoding);
    framing.length = CHUNKED;
  }
  if (!framing.connectionNames.includes("upgrade")) framing.upgrade = undefined;
  return framing;
}

function readConnection(value: string, framing: Framing): void {
  if (value === "close") framing.hasClose = true;
  else if (value === "keep-alive") framing.hasKeepAlive = true;
  else {
    const elements = listElements(value);
    if (elements.includes("close")) framing.hasClose = true;
    if (elements.includes("keep-alive")) framing.hasKeepAlive = true;
    const names = elements.filter((element) => element !== "close" && element !== "keep-alive");
    if (names.length > 0) framing.connectionNames = [...framing.connectionNames, ...names];
  }
}
