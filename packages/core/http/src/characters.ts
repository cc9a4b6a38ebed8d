/** Character classes of RFC 9110 section 5.6 and RFC 3986 as tables over one byte; any index beyond reads as not belonging. */

function table(belongs: (code: number, character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (belongs(code, String.fromCharCode(code)) ? 1 : 0));
}

const isAlphanumeric = (character: string) => /[A-Za-z0-9]/.test(character);

/** tchar */
export const tokenTable = table((_, character) => isAlphanumeric(character) || "!#$%&'*+-.^_`|~".includes(character));
/** HTAB, SP, VCHAR, obs-text: everything but controls. CR, LF and NUL end or spoil a field value. */
export const fieldTable = table((code) => code === 9 || (code >= 32 && code !== 127));
/** What a request target may hold. Wider than RFC 3986, as ALB is: other VCHARs and obs-text pass; not the fragment. */
export const targetTable = table((code, character) => code > 32 && code !== 127 && character !== "#");
/** reg-name of RFC 3986 and the colon of a port; IP literals are looked at apart. */
export const hostTable = table((_, character) => isAlphanumeric(character) || "-._~!$&'()*+;=%:".includes(character));

/** The whole string consists of characters of the table. */
export function consistsOf(text: string, allowed: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (allowed[text.charCodeAt(i)] !== 1) return false;
  return true;
}

export const CR = 13;
export const LF = 10;
export const SPACE = 32;
export const TAB = 9;
export const COLON = 58;
