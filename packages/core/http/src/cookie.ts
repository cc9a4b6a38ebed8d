import type { Headers } from "./head.ts";

/** Value of a cookie by its name, the first of several; every Cookie field is searched. RFC 6265 section 5.4: pairs in `a=b; c=d`. */
export function cookieValue({ keys, values }: Headers, name: string): string | undefined {
  for (let at = keys.indexOf("cookie"); at >= 0; at = keys.indexOf("cookie", at + 1)) {
    for (const pair of (values[at] ?? "").split(";")) {
      const equals = pair.indexOf("=");
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
  }
  return undefined;
}
