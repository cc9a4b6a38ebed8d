/** Read at once, it is bulk: as much as a stream lets pass before it asks to wait (Node, `writableHighWaterMark`). */
const BULK = 64 * 1024;
const SIZE = 256 * 1024;
/** So many connections may move bulk without copies at a time: 16 MB. */
const MAX_LENT = 64;

const shared = Buffer.allocUnsafeSlow(SIZE);
const spare: Buffer[] = [];
let lent = 0;

/**
 * Where one connection's upstream is read to. All connections share one buffer, and what came is copied out before the next read: a third faster
 * than a fresh 64 KiB buffer for each read. A connection that moves bulk borrows one of its own and is spared the copy; what it hands out is
 * valid until it reads again, so it must not read while that is under way.
 */
export class ReadBuffer {
  #own: Buffer | undefined;
  #movesBulk = false;
  #isGiven = false;

  /** The buffer of the next read; undefined where it is that of the last (Node, `onread.buffer`). */
  next(): Buffer | undefined {
    if (this.#movesBulk === (this.#own !== undefined) && this.#isGiven) return undefined;
    this.#isGiven = true;
    if (!this.#movesBulk) this.release();
    else if (lent < MAX_LENT) {
      this.#own = spare.pop() ?? Buffer.allocUnsafeSlow(SIZE);
      lent++;
    }
    return this.#own ?? shared;
  }

  /** What was read. `isOwn`: it lies in the buffer, which must not be read to before the bytes are written. */
  take(size: number): { bytes: Buffer; isOwn: boolean } {
    this.#movesBulk = size >= BULK;
    if (this.#own !== undefined && this.#movesBulk) return { bytes: this.#own.subarray(0, size), isOwn: true };
    const bytes = Buffer.allocUnsafe(size);
    (this.#own ?? shared).copy(bytes, 0, 0, size);
    return { bytes, isOwn: false };
  }

  /** Gives back what it borrowed. `isUnderWay`: bytes of it are still being written, and nobody else may have it. */
  release(isUnderWay = false): void {
    if (this.#own === undefined) return;
    if (!isUnderWay) spare.push(this.#own);
    this.#own = undefined;
    lent--;
  }
}
