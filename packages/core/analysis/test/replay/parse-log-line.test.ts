import { describe, expect, test } from "vitest";
import { parseLogLine } from "../../src/replay/parse-log-line.ts";
import { logLine } from "./log-line.ts";

describe("a line of the access log", () => {
  test.each<[string, string, object]>([
    [
      "of a forwarded request",
      logLine(),
      { status: 200, targetStatus: 200, rulePriority: 1, clientAddress: "10.0.0.1", actions: "forward" },
    ],
    ["with a bracketed IPv6 client", logLine({ 4: "[2001:db8::1]:443" }), { clientAddress: "2001:db8::1" }],
    ["with a bare IPv6 client", logLine({ 4: "2001:db8::1:443" }), { clientAddress: "2001:db8::1" }],
    ["without target", logLine({ 5: "-", 10: "-", 17: "-" }), { targetStatus: 0, targetGroupArn: undefined }],
    ["without a rule", logLine({ 21: "-" }), { rulePriority: -1 }],
    ["of an error among rules", logLine({ 21: "-1" }), { rulePriority: -1 }],
    ["of the default action", logLine({ 21: "0" }), { rulePriority: 0 }],
    ["of HTTP/2 that failed", logLine({ 1: "h2", 9: "000" }), { status: 0 }],
    ["with an escaped quote", logLine({ 14: '"a \\"b\\" \\x22c\\x22"' }), { userAgent: 'a "b" "c"' }],
    ["with an escaped backslash at the end", logLine({ 14: '"a\\\\"' }), { userAgent: "a\\" }],
    ["without user agent", logLine({ 14: '"-"' }), { userAgent: undefined }],
    ["with an empty user agent", logLine({ 14: '""' }), { userAgent: "" }],
    ["with a redirect", logLine({ 24: '"https://a:443/x\\x5cy"' }), { redirectUrl: "https://a:443/x\\y" }],
    ["of 2019, with 29 fields", logLine().split(" ").slice(0, -4).join(" "), { rulePriority: 1 }],
    ["with a field of the future", `${logLine()} 10.0.0.9 "new field"`, { rulePriority: 1 }],
    ...["http", "https", "h2", "grpcs", "ws", "wss"].map((type): [string, string, object] => [`of type ${type}`, logLine({ 1: type }), {}]),
  ])("%s is read", (_, line, expected) => {
    expect(parseLogLine(line)).toMatchObject(expected);
  });

  test.each([
    ["field 1 is empty", ""],
    ["has 1 fields; expected at least 29", "http"],
    ["has 18 fields; expected at least 29", logLine().split(" ").slice(0, 20).join(" ")],
    ["field 1 is no type of request", logLine({ 1: "tls" })],
    ["field 2 is no time", logLine({ 2: "yesterday" })],
    ["field 4 is no address with a port", logLine({ 4: "10.0.0.1" })],
    ["field 9 or 10 is no status code", logLine({ 9: "OK" })],
    ["field 9 or 10 is no status code", logLine({ 10: "2000" })],
    ["field 21 is no rule priority", logLine({ 21: "50001" })],
    ["field 21 is no rule priority", logLine({ 21: "1.5" })],
    ["field 13 goes on behind its closing quote", logLine({ 13: '"GET http://a:80/ HTTP/1.1"x' })],
    ["field 14 has no closing quote", logLine().slice(0, logLine().indexOf("curl/8"))],
    ["field 11 is empty", logLine().replace(" 345 ", "  345 ")],
  ])("is refused: %s", (reason, line) => {
    expect(parseLogLine(line)).toBe(reason);
  });
});
