// Whether every text that one AWS pattern covers is covered by another: the inner pattern walked as an automaton beside the set of places in which
// the outer one can be. Exact; where the sets grow beyond the bound, the answer is no, which claims nothing.

const STEP_LIMIT = 20_000;
/** Stands for every character that neither pattern names. */
const OTHER = "\u{10ffff}";

/** `*` is any characters or none, `?` exactly one. */
export function includesGlob(outer: string, inner: string): boolean {
  if (outer === inner || outer === "*") return true;
  const head = outer.search(/[*?]/);
  // All that the outer one covers begins alike.
  if (head < 0 || !inner.startsWith(outer.slice(0, head))) return false;
  const alphabet = new Set([...[...outer, ...inner].filter((character) => character !== "*" && character !== "?"), OTHER]);
  const start = { at: 0, places: closure(outer, [0]) };
  const seen = new Set([keyOf(start)]);
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (seen.size > STEP_LIMIT) return false;
    const { at, places } = state;
    const innerPlaces = closure(inner, [at]);
    if (innerPlaces.includes(inner.length) && !places.includes(outer.length)) return false;
    for (const place of innerPlaces) {
      if (place === inner.length) continue;
      for (const character of inner[place] === "*" || inner[place] === "?" ? alphabet : [inner[place] ?? ""]) {
        const next = { at: inner[place] === "*" ? place : place + 1, places: advance(outer, places, character) };
        const key = keyOf(next);
        if (!seen.has(key)) {
          seen.add(key);
          open.push(next);
        }
      }
    }
  }
  return true;
}

function keyOf({ at, places }: { at: number; places: readonly number[] }): string {
  return `${at}:${places.join(",")}`;
}

/** Places reached without a character: a `*` may be passed over. */
function closure(pattern: string, places: readonly number[]): number[] {
  const reached = new Set(places);
  for (const place of reached) if (pattern[place] === "*") reached.add(place + 1);
  return [...reached].sort((left, right) => left - right);
}

function advance(pattern: string, places: readonly number[], character: string): number[] {
  const next = places.flatMap((place) => {
    if (pattern[place] === "*") return [place];
    return pattern[place] === "?" || pattern[place] === character ? [place + 1] : [];
  });
  return closure(pattern, next);
}
