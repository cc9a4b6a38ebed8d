/** Follows the body of one message after another on a connection: how many of the bytes at hand belong to it. */
import { CHUNKED, ChunkScanner, UNTIL_CLOSE } from "@loopway/http";

export class Body {
  /** Bytes still to come of a body with a length; Infinity until the connection closes. */
  #left = 0;
  #scanner: ChunkScanner | undefined;

  begin(framing: number): void {
    this.#scanner = framing === CHUNKED ? new ChunkScanner() : undefined;
    this.#left = framing === UNTIL_CLOSE ? Number.POSITIVE_INFINITY : Math.max(framing, 0);
  }

  get isDone(): boolean {
    return this.#scanner === undefined ? this.#left === 0 : this.#scanner.isDone;
  }

  get isUntilClose(): boolean {
    return this.#left === Number.POSITIVE_INFINITY;
  }

  /** Index in `bytes` behind what belongs to this body, from `start` on; -1 where its chunks are malformed. `data`: see ChunkScanner. */
  take(bytes: Uint8Array, start: number, data?: Uint8Array[]): number {
    if (this.#scanner !== undefined) return this.#scanner.feed(bytes, start, data);
    const end = Math.min(bytes.length, start + this.#left);
    this.#left -= end - start;
    return end;
  }
}
