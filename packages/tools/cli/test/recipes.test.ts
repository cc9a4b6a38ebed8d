import { expect, test } from "vitest";
import type { Endpoints } from "../src/endpoints.ts";
import type { Machine } from "../src/resolving/machine.ts";
import { buildRecipes } from "../src/resolving/recipes.ts";
import { type TrustOptions, trustSteps, untrustSteps } from "../src/resolving/trust-steps.ts";

const linux: Machine = { platform: "linux", isWsl: false, canUnshare: true, browser: "chromium", hasCurl: true };
const host = {
  host: "api.example.com",
  url: "http://api.example.com/v1/order/1",
  isNamed: true,
  loadBalancer: "api",
  addresses: ["127.12.0.1:80"],
  virtual: ["127.12.0.1:80"],
  connectTo: "api.example.com:80:127.12.0.1:80",
};
const endpoints: Endpoints = {
  instance: 0,
  stateDir: "/tmp/it's here",
  kubeconfig: "/tmp/kubeconfig",
  proxy: "http://127.0.0.1:3128",
  dns: "127.13.0.1:53",
  doh: "https://127.0.0.1:8053/dns-query",
  caFile: "/tmp/ca.crt",
  hosts: [host],
};
const moved = { ...endpoints, dns: "127.13.0.1:8053", hosts: [{ ...host, addresses: ["127.12.0.1:8080"] }] };

/** [machine, where Loopway is bound, ways that work] */
const cases: ReadonlyArray<[string, Partial<Machine>, Endpoints, string[]]> = [
  ["root on Linux", {}, endpoints, ["proxy", "connect-to", "doh", "browser-proxy", "browser-doh", "unshare", "unshare-all"]],
  ["an ordinary user, whose ports have moved", {}, moved, ["proxy", "connect-to", "browser-proxy", "unshare-all"]],
  ["a system that restricts namespaces", { canUnshare: false }, moved, ["proxy", "connect-to", "browser-proxy"]],
  ["no browser", { browser: undefined }, moved, ["proxy", "connect-to", "unshare-all"]],
  ["no curl", { hasCurl: false }, moved, ["browser-proxy"]],
  ["WSL 2", { isWsl: true, browser: undefined }, moved, ["proxy", "connect-to", "unshare-all", "windows"]],
  ["no Ingress yet", {}, { ...endpoints, hosts: [] }, ["proxy", "doh", "browser-proxy", "browser-doh", "unshare", "unshare-all"]],
  ["macOS", { platform: "darwin" }, moved, ["proxy", "connect-to", "browser-proxy", "resolver-file"]],
];

test.each(cases)("%s", (_, machine, bound, names) => {
  const recipes = buildRecipes({ machine: { ...linux, ...machine }, endpoints: bound, spki: "c3BraQ==", command: "loopway" });
  expect(recipes.filter(({ obstacle }) => obstacle === undefined).map(({ name }) => name)).toEqual(names);
});

test("a browser gets its resolver by the profile, and trusts one key and no more", () => {
  const recipes = buildRecipes({ machine: linux, endpoints, spki: "c3BraQ==", command: "loopway" });
  expect(recipes.find(({ name }) => name === "browser-doh")?.commands).toEqual([
    `mkdir -p '/tmp/it'\\''s here/browser'`,
    `printf '%s' '{"dns_over_https":{"mode":"secure","templates":"https://127.0.0.1:8053/dns-query"}}' > '/tmp/it'\\''s here/browser/Local State'`,
    `chromium --user-data-dir='/tmp/it'\\''s here/browser' --ignore-certificate-errors-spki-list=c3BraQ== http://api.example.com/v1/order/1`,
  ]);
});

test("the Loopway in a network of its own has the addresses of its instance, whatever those outside are", () => {
  const mapped = { ...endpoints, stateDir: "/s", instance: 2, dns: "127.0.0.1:40001" };
  const recipes = buildRecipes({ machine: linux, endpoints: mapped, spki: undefined, command: "loopway" });
  expect(recipes.find(({ name }) => name === "unshare-all")?.commands[1]).toBe("echo nameserver 127.33.0.1 > /s/unshared/resolv.conf");
});

const trusting: TrustOptions = {
  platform: "linux",
  isRoot: false,
  caFile: "/s/ca.crt",
  name: "loopway-0",
  nssFolder: "/home/a/.pki/nssdb",
};
const linesOf = (steps: ReturnType<typeof trustSteps>) => steps?.map(({ command }) => command.join(" "));

/** [what, options, trusted by, undone by] */
const trusts: ReadonlyArray<[string, Partial<TrustOptions>, string[] | undefined, string[] | undefined]> = [
  [
    "Linux with a browser's own list",
    {},
    [
      "sudo cp /s/ca.crt /usr/local/share/ca-certificates/loopway-0.crt",
      "sudo update-ca-certificates",
      "certutil -d sql:/home/a/.pki/nssdb -A -t C,, -n loopway-0 -i /s/ca.crt",
    ],
    [
      "sudo rm -f /usr/local/share/ca-certificates/loopway-0.crt",
      "sudo update-ca-certificates --fresh",
      "certutil -d sql:/home/a/.pki/nssdb -D -n loopway-0",
    ],
  ],
  [
    "macOS",
    { platform: "darwin" },
    ["sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain /s/ca.crt"],
    ["sudo security remove-trusted-cert -d /s/ca.crt"],
  ],
  ["a system of which no way is known", { platform: "win32" }, undefined, undefined],
];

test.each(trusts)("the local CA is trusted and untrusted on %s", (_, options, trusted, untrusted) => {
  expect(linesOf(trustSteps({ ...trusting, ...options }))).toEqual(trusted);
  expect(linesOf(untrustSteps({ ...trusting, ...options }))).toEqual(untrusted);
});
