/** Letters without vowels and look-alike digits, so that no word arises. Kubernetes, apimachinery/pkg/util/rand. */
export const SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
/** Length of the suffix after `metadata.generateName`. Kubernetes, apiserver/pkg/storage/names. */
const SUFFIX_LENGTH = 5;
/** 63 (a DNS label) less the suffix. */
const MAX_BASE_LENGTH = 58;

/** A name from a `generateName` base such as "web-5d9c-" that `isTaken` does not know yet. `random` is uniform in [0, 1). */
export function generateName(base: string, random: () => number, isTaken: (name: string) => boolean): string {
  for (;;) {
    const letters = Array.from({ length: SUFFIX_LENGTH }, () => SAFE_ALPHABET.charAt(Math.floor(random() * SAFE_ALPHABET.length)));
    const name = base.slice(0, MAX_BASE_LENGTH) + letters.join("");
    if (!isTaken(name)) return name;
  }
}
