// Group stickiness: the cookie that binds a client to one of the target groups of a forward action. ELB guide, "Listener rules" and "Sticky
// sessions": AWSALBTG and, for requests across origins, AWSALBTGCORS with the same value; clients keep both for 7 days, whatever the
// duration, which is inside; each response begins it anew.

/** Names of the cookie, in the order in which they are looked at. */
export const GROUP_COOKIES = ["AWSALBTG", "AWSALBTGCORS"] as const;

const WEEK_SECONDS = 604_800;

/** An opaque value: what AWS encrypts is here written in hexadecimal behind a checksum, so that no client's own text is taken for it. */
export function encodeGroupCookie(targetGroup: string, endSeconds: number): string {
  const text = `${endSeconds} ${targetGroup}`;
  const hex = Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return checksum(text) + hex;
}

/** The target group that a cookie names; undefined for one that has ended (`nowSeconds`, since the epoch) or is none of ours. */
export function decodeGroupCookie(value: string, nowSeconds: number): string | undefined {
  if (!/^([0-9a-f]{2}){5,}$/.test(value)) return undefined;
  const text = value.slice(8).replace(/../g, (code) => String.fromCharCode(Number.parseInt(code, 16)));
  if (checksum(text) !== value.slice(0, 8)) return undefined;
  const space = text.indexOf(" ");
  return Number(text.slice(0, space)) > nowSeconds ? text.slice(space + 1) : undefined;
}

/** Set-Cookie lines, each with CRLF, for a client that stays with the target group for `stickySeconds` (1 to 604,800) from now on. */
export function formatGroupCookies(targetGroup: string, stickySeconds: number, nowSeconds: number): string {
  const value = encodeGroupCookie(targetGroup, nowSeconds + stickySeconds);
  const expires = new Date((nowSeconds + WEEK_SECONDS) * 1000).toUTCString();
  const [plain, crossOrigin] = GROUP_COOKIES;
  return (
    `Set-Cookie: ${plain}=${value}; Expires=${expires}; Path=/\r\n` +
    `Set-Cookie: ${crossOrigin}=${value}; Expires=${expires}; Path=/; SameSite=None; Secure\r\n`
  );
}

/** FNV-1a in eight hexadecimal digits. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
