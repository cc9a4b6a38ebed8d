import { decodeGroupCookie, formatGroupCookies, GROUP_COOKIES, pickTargetGroup } from "@loopway/balancing";
import { cookieValue, type RequestHead } from "@loopway/http";
import type { CompiledAction } from "@loopway/routing";

/** The target group of a forward action with weights or group stickiness (undefined: 503), and the Set-Cookie lines for its response. */
export function chooseGroup(
  { targetGroups, weights, stickySeconds }: Extract<CompiledAction, { kind: "forward" }>,
  head: RequestHead,
  { nowUs, random }: { nowUs: number; random: number },
): { name: string | undefined; cookies: string } {
  const nowSeconds = Math.floor(nowUs / 1e6);
  const stickyGroup = stickySeconds === undefined ? undefined : stickyGroupOf(head, nowSeconds);
  const name = pickTargetGroup({ targetGroups, weights, stickyGroup }, random);
  const isSticky = name !== undefined && stickySeconds !== undefined;
  return { name, cookies: isSticky ? formatGroupCookies(name, stickySeconds, nowSeconds) : "" };
}

function stickyGroupOf(head: RequestHead, nowSeconds: number): string | undefined {
  const values = GROUP_COOKIES.map((name) => cookieValue(head, name)).filter((value) => value !== undefined);
  return values.map((value) => decodeGroupCookie(value, nowSeconds)).find((name) => name !== undefined);
}
