import { parseRequestHead } from "@loopway/http";
import { expect, test } from "vitest";
import { senderOf } from "../src/sender.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

test.each<[string, string | undefined, string | undefined]>([
  ["no user: a client outside", undefined, undefined],
  ["a pod of namespace default", basic("pod/web:"), "web"],
  ["a pod of another", basic("pod/shop/web:"), "shop/web"],
  ["as kubectl also calls it", basic("pods/web:secret"), "web"],
  ["the scheme in any case", `bASIC  ${basic("pod/web").slice(6)}`, "web"],
  ["some other user", basic("web:"), undefined],
  ["too many parts", basic("pod/a/b/c:"), undefined],
  ["no name", basic("pod/:"), undefined],
  ["another scheme", `Bearer ${basic("pod/web:").slice(6)}`, undefined],
])("%s", (_what, value, expected) => {
  const field = value === undefined ? "" : `Proxy-Authorization: ${value}\r\n`;
  const head = parseRequestHead(`GET http://web/ HTTP/1.1\r\nHost: web\r\n${field}\r\n`);
  if (head.kind === "refusal") throw new Error(head.reason);
  expect(senderOf(head)).toBe(expected);
});
