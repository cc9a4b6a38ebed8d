import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { lint, settle } from "../src/index.ts";
import { type RoutingMatchers, routingMatchers } from "../src/vitest.ts";

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends RoutingMatchers<R> {}
}
expect.extend(routingMatchers);

const folder = join(import.meta.dirname, "../../../../fixtures/how-to/k8s");
const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
const objects = texts.flatMap((text) => [...parseAllDocuments(text)].map((document) => document.toJS()));
const settled = settle(objects, { strict: true, now: Date.now() });

test("orders have their own Service, everything else is the web's", () => {
  expect(settled).toRouteTo("https://shop.example.com/orders/7", "default/orders:80");
  expect(settled).toRouteTo("POST https://shop.example.com/cart", "default/web:80");
  expect(settled).toRedirectTo("http://shop.example.com/", "https://shop.example.com:443/");
});

test("nothing is wrong with the manifests", () => {
  expect(lint(settled).filter(({ severity }) => severity !== "info")).toEqual([]);
});
