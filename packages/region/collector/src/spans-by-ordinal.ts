import type { FlowEnd, Span } from "@loopway/model";

/** Where the span of a whole connection, which has no ordinal, is filed. */
export const WHOLE = -1;

/**
 * The spans seen at one end of a pair of addresses. Nearly every ordinal has one span, until the pair is used again: that one is kept without
 * an array around it, which would take 56 bytes.
 */
export class SpansByOrdinal {
  readonly #spans = new Map<number, Span | Span[]>();

  get isEmpty(): boolean {
    return this.#spans.size === 0;
  }

  /** In the order in which they came. */
  at(ordinal: number): readonly Span[] {
    return listOf(this.#spans.get(ordinal));
  }

  all(): Span[] {
    return [...this.#spans.values()].flat();
  }

  add({ ordinal = WHOLE }: FlowEnd, span: Span): void {
    const known = this.#spans.get(ordinal);
    if (known === undefined) this.#spans.set(ordinal, span);
    else if (Array.isArray(known)) known.push(span);
    else this.#spans.set(ordinal, [known, span]);
  }

  remove({ ordinal = WHOLE }: FlowEnd, span: Span): void {
    const [first, ...others] = this.at(ordinal).filter((other) => other !== span);
    if (first === undefined) this.#spans.delete(ordinal);
    else this.#spans.set(ordinal, others.length === 0 ? first : [first, ...others]);
  }
}

function listOf(known: Span | Span[] | undefined): readonly Span[] {
  if (known === undefined) return [];
  return Array.isArray(known) ? known : [known];
}
