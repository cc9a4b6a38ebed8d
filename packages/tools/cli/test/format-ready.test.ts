import { expect, test } from "vitest";
import { type Endpoints, wishedEndpoints } from "../src/endpoints.ts";
import { formatReady } from "../src/format-ready.ts";

const shop = {
  host: "shop.example.com",
  url: "http://shop.example.com:8080/cart",
  isNamed: true,
  loadBalancer: "shop",
  addresses: ["127.12.0.1:8080"],
  virtual: ["127.12.0.1:8080"],
  connectTo: "shop.example.com:8080:127.12.0.1:8080",
};
const kubectl = "kubectl --kubeconfig /s/kubeconfig get ingress,rules,targetgroups -A";

test.each<[string, Endpoints["hosts"], string[]]>([
  [
    "a host that has a name",
    [shop],
    [
      "curl -x http://127.0.0.1:3128 http://shop.example.com:8080/cart",
      "loopway trace http://shop.example.com:8080/cart",
      "dig @127.13.0.1 -p 53 shop.example.com",
      "curl --connect-to shop.example.com:8080:127.12.0.1:8080 http://shop.example.com:8080/cart",
      kubectl,
    ],
  ],
  [
    "a host outside of every hosted zone",
    [{ ...shop, isNamed: false }],
    ["curl --connect-to shop.example.com:8080:127.12.0.1:8080 http://shop.example.com:8080/cart", kubectl],
  ],
  [
    "a host whose certificate curl need not know",
    [{ ...shop, url: "https://shop.example.com/", connectTo: "shop.example.com:443:127.12.0.1:443" }],
    [
      "curl -k -x http://127.0.0.1:3128 https://shop.example.com/",
      "loopway trace https://shop.example.com/",
      "dig @127.13.0.1 -p 53 shop.example.com",
      "curl -k --connect-to shop.example.com:443:127.12.0.1:443 https://shop.example.com/",
      kubectl,
    ],
  ],
  ["nothing that takes requests", [], ["loopway status", kubectl]],
])("%s: what to try", (_, hosts, commands) => {
  const lines = formatReady({ ...wishedEndpoints("/s"), hosts }, 1_000)
    .trimEnd()
    .split("\n");
  expect(lines.slice(lines.indexOf("try:") + 1).map((line) => line.trim())).toEqual(commands);
});
