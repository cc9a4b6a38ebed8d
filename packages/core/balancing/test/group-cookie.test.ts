import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeGroupCookie, encodeGroupCookie, formatGroupCookies } from "../src/group-cookie.ts";

const NOW = 1_764_000_000;

test("any name comes back until the duration is over, and not a second longer", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9.-]{1,253}$/), fc.integer({ min: 1, max: 604_800 }), (name, seconds) => {
      const value = encodeGroupCookie(name, NOW + seconds);
      expect(value).toMatch(/^[0-9a-f]+$/);
      expect(decodeGroupCookie(value, NOW + seconds - 1)).toBe(name);
      expect(decodeGroupCookie(value, NOW + seconds)).toBeUndefined();
    }),
    { seed: 11, numRuns: 500 },
  );
});

const sound = encodeGroupCookie("orders", NOW + 60);

test.each([
  ["nothing", ""],
  ["a text of the client's own", "orders"],
  ["hexadecimal digits of the client's own", "00112233445566778899"],
  ["one changed digit", sound.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
  ["one digit too few", sound.slice(0, -1)],
  ["the value of a real load balancer", "gLXlwg3KmzPm5bsbUgKvR57cHwOxxLp2sYH8sqiddFNgYy4b/KynN2Xkh4caP1smpkqti64"],
])("%s names no target group", (_, value) => {
  expect(decodeGroupCookie(value, NOW)).toBeUndefined();
});

test("both cookies have one value, a life of seven days and the whole host; the second is for other origins", () => {
  expect(formatGroupCookies("orders", 60, NOW)).toBe(
    `Set-Cookie: AWSALBTG=${sound}; Expires=Mon, 01 Dec 2025 16:00:00 GMT; Path=/\r\n` +
      `Set-Cookie: AWSALBTGCORS=${sound}; Expires=Mon, 01 Dec 2025 16:00:00 GMT; Path=/; SameSite=None; Secure\r\n`,
  );
});
