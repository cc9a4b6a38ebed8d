/**
 * Chunked bodies of RFC 9112 section 7.1, followed strictly without being rewritten:
 *
 *   size ─;─▶ extension ─CR▶ sizeEnd ─LF▶ data ─▶ dataCr ─▶ dataLf ─▶ size …
 *                                     └ size 0 ▶ trailer ⇄ trailerLine, then CR ▶ lastLf ─▶ done
 */
import { CR, fieldTable, LF } from "./characters.ts";

type State = "size" | "extension" | "sizeEnd" | "data" | "dataCr" | "dataLf" | "trailer" | "trailerLine" | "trailerLf" | "lastLf" | "done";

/** Bounds of ours: hex digits of a size (below 2^52), bytes of one chunk's extension, bytes of all trailers. */
const MAX_SIZE_DIGITS = 13;
const MAX_EXTENSION = 4 * 1024;
const MAX_TRAILERS = 16 * 1024;

export class ChunkScanner {
  #state: State = "size";
  #size = 0;
  /** Digits of the size, or bytes of the extension or trailers so far. */
  #count = 0;
  #isQuoted = false;

  get isDone(): boolean {
    return this.#state === "done";
  }

  /**
   * Follows `bytes` from `start`; returns the index behind the body's last byte, `bytes.length` while there is more to come, or -1 where
   * the framing is broken. With `data`, the chunks' contents are collected there (views, not copies).
   */
  feed(bytes: Uint8Array, start: number, data?: Uint8Array[]): number {
    let at = start;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") {
        const end = Math.min(at + this.#size, bytes.length);
        data?.push(bytes.subarray(at, end));
        this.#size -= end - at;
        at = end;
        if (this.#size === 0) this.#state = "dataCr";
      } else {
        const next = this.#step(bytes[at] ?? 0);
        if (next === undefined) return -1;
        this.#state = next;
        at++;
      }
    }
    return at;
  }

  /** One byte outside of data. Undefined: broken. */
  #step(byte: number): State | undefined {
    switch (this.#state) {
      case "size":
        return this.#readSize(byte);
      case "extension":
        return this.#readExtension(byte);
      case "sizeEnd":
        return byte === LF ? this.#beginData() : undefined;
      case "dataCr":
        return byte === CR ? "dataLf" : undefined;
      case "dataLf":
        return byte === LF ? "size" : undefined;
      case "trailer":
        if (byte === CR) return "lastLf";
        // A trailer line that begins with white space would be folding.
        return byte === 32 || byte === 9 ? undefined : this.#readTrailer(byte);
      case "trailerLine":
        return byte === CR ? "trailerLf" : this.#readTrailer(byte);
      case "trailerLf":
        return byte === LF ? "trailer" : undefined;
      case "lastLf":
        return byte === LF ? "done" : undefined;
      default:
        return undefined;
    }
  }

  #readSize(byte: number): State | undefined {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      return ++this.#count <= MAX_SIZE_DIGITS ? "size" : undefined;
    }
    if (this.#count === 0) return undefined;
    this.#count = 0;
    if (byte === CR) return "sizeEnd";
    return byte === 59 ? "extension" : undefined;
  }

  #readExtension(byte: number): State | undefined {
    if (byte === CR) return this.#isQuoted ? undefined : "sizeEnd";
    if (byte === 34) this.#isQuoted = !this.#isQuoted;
    return fieldTable[byte] === 1 && ++this.#count <= MAX_EXTENSION ? "extension" : undefined;
  }

  #beginData(): State {
    this.#count = 0;
    return this.#size === 0 ? "trailer" : "data";
  }

  #readTrailer(byte: number): State | undefined {
    return fieldTable[byte] === 1 && ++this.#count <= MAX_TRAILERS ? "trailerLine" : undefined;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
