import { expect, test } from "vitest";
import { backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
const both = { "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]', "certificate-arn": "arn:one" };

test("every HTTP listener only redirects, and keeps no rules; the HTTPS listener has them all", () => {
  const stack = strictStack([ingress("a", spec, { ...both, "ssl-redirect": "443" })]);
  expect(specOf(stack, "Listener", "80").defaultActions).toEqual([
    { type: "redirect", redirectConfig: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
  ]);
  expect(typeof stack === "string" ? [] : Object.keys(stack.resources["AWS::ElasticLoadBalancingV2::ListenerRule"] ?? {})).toEqual([
    "443:1",
  ]);
});

const refusals: [port: string, says: string][] = [
  ["8443", "listener does not exist for SSLRedirect port: 8443"],
  ["80", "listener protocol non-SSL for SSLRedirect port: 80"],
  [
    "https",
    'ingress: default/a: failed to parse int32 annotation, alb.ingress.kubernetes.io/ssl-redirect: https: strconv.ParseInt: parsing "https": invalid syntax',
  ],
];
test.each(refusals)("to %s is refused", (port, says) => {
  expect(strictStack([ingress("a", spec, { ...both, "ssl-redirect": port })])).toBe(says);
});

test("one port for the group", () => {
  const member = (name: string, port: string) => ingress(name, spec, { ...both, "group.name": "g", "ssl-redirect": port });
  expect(strictStack([member("a", "443"), member("b", "80")])).toBe("conflicting sslRedirect port: [80 443]");
});
