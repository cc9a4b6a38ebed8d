/** FNV-1a, 32 bits, over UTF-16 units: to tell things apart quickly, not to protect them. */
export function fnv1a(text: string, offset = 0x811c9dc5): number {
  let value = offset;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
