/** FNV-1a, 32 bits, over UTF-16 units: to tell things apart quickly, not to protect them. */
export function fnv1a(text: string, offset = 0x811c9dc5): number {
  let value = offset;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** By octet. */
const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** A word of 32 bits as eight hex digits. */
export function hexOf(word: number): string {
  return `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;
}
