import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { formatTree } from "../src/format-tree.ts";
import { header, hosts, methods, paths } from "./requests.ts";

test("the drawing shows a tree per host pattern, what ends where, and what else a rule asks for", () => {
  const { table } = compileRules([
    { id: "order", priority: 1, conditions: [hosts("api.example.com"), paths("/v1/order", "/v1/order/*")] },
    { id: "orders", priority: 2, conditions: [hosts("api.example.com"), paths("/v1/orders")] },
    { id: "canary", priority: 3, conditions: [hosts("api.example.com"), paths("/v1/order"), header("x-stage", "canary"), methods("GET")] },
    { id: "payment", priority: 4, conditions: [hosts("api.example.com"), paths("/v1/payment/*/receipt")] },
    { id: "static", priority: 5, conditions: [hosts("*.example.com"), paths("*.png", "/static/*")] },
    { id: "rest", priority: 6, conditions: [paths("/*")] },
  ]);
  expect(formatTree(table)).toBe(
    `
api.example.com
└─ /v1/
   ├─ order  $ → order, /* → order, $ → canary if http-header and http-request-method
   │  └─ s  $ → orders
   └─ payment/  */receipt → payment
*.example.com
└─ *.png → static
   └─ /static  /* → static
(any host)
└─ /* → rest`.trim(),
  );
});
