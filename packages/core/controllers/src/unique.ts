/** Each once, in the order of the first. Most lists of keys have one. */
export function unique(keys: readonly string[]): readonly string[] {
  return keys.length < 2 ? keys : [...new Set(keys)];
}
