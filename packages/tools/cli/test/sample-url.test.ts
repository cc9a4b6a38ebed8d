import { expect, test } from "vitest";
import { sampleUrl } from "../src/sample-url.ts";

const backend = { service: { name: "web", port: { number: 80 } } };

test.each<[paths: (string | undefined)[], host: string, port: number, expected: string]>([
  [["/v1/order/*", "/v1/payment/*"], "api.example.com", 80, "http://api.example.com/v1/order/1"],
  [["/"], "shop.example.com", 80, "http://shop.example.com/"],
  [["/*"], "shop.example.com", 80, "http://shop.example.com/"],
  [["/cart"], "shop.example.com", 8080, "http://shop.example.com:8080/cart"],
  [["/cart"], "shop.example.com", 443, "https://shop.example.com/cart"],
  [["/img?/*.png"], "shop.example.com", 80, "http://shop.example.com/img1/1.png"],
  [["/users/[0-9]+", "/users"], "shop.example.com", 80, "http://shop.example.com/users"],
  [["/users/[0-9]+$"], "shop.example.com", 80, "http://shop.example.com/"],
  [[undefined], "*.example.com", 80, "http://www.example.com/"],
  [[], "shop.example.com", 80, "http://shop.example.com/"],
])("%j of %s on %i: %s", (paths, host, port, expected) => {
  const http = { paths: paths.map((path) => ({ ...(path === undefined ? {} : { path }), backend })) };
  expect(sampleUrl(host, port, { host, http })).toBe(expected);
});
