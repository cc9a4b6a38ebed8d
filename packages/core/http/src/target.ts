/** Request targets and authorities: RFC 9112 section 3.2, RFC 3986 section 3.2.2. */
import { consistsOf, hostTable, targetTable } from "./characters.ts";
import type { RequestHead } from "./head.ts";

export type TargetParts = Pick<RequestHead, "form" | "path" | "query"> & { authority: string | undefined };

/** Undefined for a target that no form allows with this method. Nothing is decoded or normalised: rules see the path as it was sent. */
export function parseTarget(target: string, method: string): TargetParts | undefined {
  if (!consistsOf(target, targetTable)) return undefined;
  if (target.charCodeAt(0) === 47) return parseOrigin(target);
  if (method === "CONNECT") {
    return /:[0-9]+$/.test(target) && isAuthority(target)
      ? { form: "authority", path: "", query: undefined, authority: target }
      : undefined;
  }
  if (target === "*") return method === "OPTIONS" ? { form: "asterisk", path: "*", query: undefined, authority: undefined } : undefined;
  return parseAbsolute(target);
}

function parseAbsolute(target: string): TargetParts | undefined {
  const scheme = /^https?:\/\//i.exec(target)?.[0];
  if (scheme === undefined) return undefined;
  let end = scheme.length;
  while (end < target.length && target[end] !== "/" && target[end] !== "?") end++;
  const authority = target.slice(scheme.length, end);
  if (authority === "" || !isAuthority(authority)) return undefined;
  const { path, query } = parseOrigin(target.slice(end));
  return { form: "absolute", path: path === "" ? "/" : path, query, authority };
}

function parseOrigin(text: string): TargetParts {
  const mark = text.indexOf("?");
  const hasQuery = mark >= 0;
  const path = hasQuery ? text.slice(0, mark) : text;
  return { form: "origin", path, query: hasQuery ? text.slice(mark + 1) : undefined, authority: undefined };
}

/** A host name, IPv4 address or bracketed IPv6 address, with an optional port up to 65535; no user information. */
export function isAuthority(authority: string): boolean {
  if (authority.startsWith("[")) return /^\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{0,5})?$/.test(authority) && portOf(authority) <= 65535;
  if (!consistsOf(authority, hostTable)) return false;
  const colon = authority.indexOf(":");
  return colon < 0 || (/^[0-9]{0,5}$/.test(authority.slice(colon + 1)) && portOf(authority) <= 65535);
}

function portOf(authority: string): number {
  return Number(authority.slice(authority.lastIndexOf(":") + 1).replace(/.*\]$/, ""));
}

/** The name without its port; brackets stay. */
export function hostnameOf(authority: string): string {
  const colon = authority.indexOf(":", authority.startsWith("[") ? authority.indexOf("]") : 0);
  return colon < 0 ? authority : authority.slice(0, colon);
}

/** The port that was given, else undefined (also for "host:"). */
export function explicitPort(authority: string): number | undefined {
  const text = authority.slice(hostnameOf(authority).length + 1);
  return text === "" ? undefined : Number(text);
}
