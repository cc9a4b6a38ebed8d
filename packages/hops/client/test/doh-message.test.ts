import { answerQuery, encodeQuery } from "@loopway/dns";
import { expect, test } from "vitest";
import { cacheControl, type DohRequest, MAX_MESSAGE, readMessage } from "../src/doh-message.ts";

const query = Buffer.from(encodeQuery({ id: 0, name: "api.example.com", type: "A" }) ?? "");
const base: DohRequest = { method: "POST", url: "/dns-query", contentType: "application/dns-message", body: query };
const get = (url: string): Partial<DohRequest> => ({ method: "GET", url, contentType: undefined, body: Buffer.alloc(0) });

/** [what, request, message or status] */
const cases: ReadonlyArray<[string, Partial<DohRequest>, Buffer | number]> = [
  ["POST carries the message as its body", {}, query],
  ["a parameter of the media type changes nothing", { contentType: "Application/DNS-Message; charset=binary" }, query],
  ["GET carries it in base64url", get(`/dns-query?dns=${query.toString("base64url")}`), query],
  ["other parameters are nobody's concern", get(`/dns-query?ct=x&dns=${query.toString("base64url")}`), query],
  ["another path is not found", { url: "/" }, 404],
  ["GET without the parameter", get("/dns-query"), 400],
  ["GET with what is no base64url", get("/dns-query?dns=a%2Bb"), 400],
  ["another method", { method: "PUT" }, 405],
  ["another media type", { contentType: "application/json" }, 415],
  ["no media type", { contentType: undefined }, 415],
  ["an empty body", { body: Buffer.alloc(0) }, 400],
  ["more than a DNS message holds", { body: Buffer.alloc(MAX_MESSAGE + 1) }, 413],
];

test.each(cases)("%s", (_, request, expected) => {
  expect(readMessage({ ...base, ...request })).toEqual(expected);
});

test("an answer without records is not kept", () => {
  const refused = answerQuery({ zonesByName: new Map() }, query, { transport: "tcp", turn: 0 });
  expect(cacheControl(refused?.response ?? Buffer.alloc(0))).toBe("max-age=0");
});
