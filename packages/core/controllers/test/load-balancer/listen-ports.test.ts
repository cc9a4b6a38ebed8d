import type { Certificate, Ingress } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const toWeb = (host?: string) => ({ rules: [rule(host, ["/", "Prefix", backend("web")])] });
const HTTPS = '[{"HTTPS": 443}]';
const arn = (name: string) => `arn:aws:acm:us-east-1:123456789012:certificate/${name}`;

function certificate(name: string, domainName: string, subjectAlternativeNames: string[] = [], status = "ISSUED"): Certificate {
  return {
    apiVersion: "acm.services.k8s.aws/v1alpha1",
    kind: "Certificate",
    metadata: { name, namespace: "default" },
    spec: { domainName, subjectAlternativeNames },
    status: { status, ackResourceMetadata: { arn: arn(name) } },
  };
}

function certificatesOf(ingresses: readonly Ingress[], ...objects: Certificate[]): unknown {
  const stack = strictStack(ingresses, { objects });
  return typeof stack === "string" ? stack : (specOf(stack, "Listener", "443").certificates ?? []);
}

const used = (...names: string[]) => names.map((name) => ({ certificateARN: arn(name) }));
const group = (annotations: Record<string, string>) => ({ "group.name": "g", "listen-ports": HTTPS, ...annotations });

describe("certificates", () => {
  test("an explicit one opens 443 alone, without listen-ports", () => {
    const stack = strictStack([ingress("a", toWeb(), { "certificate-arn": arn("one") })]);
    expect(specOf(stack, "Listener")).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      certificates: used("one"),
      sslPolicy: "ELBSecurityPolicy-2016-08",
      mutualAuthentication: { mode: "off" },
    });
  });

  test("of a group: the first is the default, the others come once each", () => {
    const members = [
      ingress("a", toWeb(), group({ "certificate-arn": `${arn("one")}, ${arn("two")}` })),
      ingress("b", toWeb(), group({ "certificate-arn": `${arn("two")},${arn("one")}` })),
    ];
    expect(certificatesOf(members)).toEqual(used("one", "two", "one"));
  });

  const found: [name: string, host: string, certificate: Certificate, isFound: boolean][] = [
    ["its domain", "a.example.com", certificate("c", "a.example.com"), true],
    ["an alternative name", "a.example.com", certificate("c", "b.example.com", ["a.example.com"]), true],
    ["a wildcard of one label", "a.example.com", certificate("c", "*.example.com"), true],
    ["a wildcard of two labels", "a.b.example.com", certificate("c", "*.example.com"), false],
    ["one that is not issued", "a.example.com", certificate("c", "a.example.com", [], "PENDING_VALIDATION"), false],
  ];
  test.each(found)("are discovered by host: %s", (_name, host, offered, isFound) => {
    const answer = certificatesOf([ingress("a", toWeb(host), { "listen-ports": HTTPS })], offered);
    expect(answer).toEqual(isFound ? used("c") : `ingress: default/a: no certificate found for host: ${host}`);
  });

  test("all that fit are attached, for the hosts of spec.tls too; spec.tls alone opens nothing", () => {
    const spec = { ...toWeb("a.example.com"), tls: [{ hosts: ["b.example.com"] }] };
    const offered = [certificate("a", "a.example.com"), certificate("any", "*.example.com"), certificate("b", "b.example.com")];
    expect(certificatesOf([ingress("a", spec, { "listen-ports": HTTPS })], ...offered)).toEqual(used("a", "any", "b"));
    expect(specOf(strictStack([ingress("a", spec)]), "Listener")).toMatchObject({ port: 80, protocol: "HTTP" });
  });
});

const secure = { "certificate-arn": arn("one") };
const refusals: [says: string, ...ingresses: Ingress[]][] = [
  [
    "failed to merge listenPort config for port: 443: conflicting protocol, default/a: HTTPS | default/b: HTTP",
    ingress("a", toWeb(), group(secure)),
    ingress("b", toWeb(), group({ "listen-ports": '[{"HTTP": 443}]' })),
  ],
  [
    "failed to merge listenPort config for port: 443: conflicting sslPolicy, default/a: one | default/b: two",
    ingress("a", toWeb(), group({ ...secure, "ssl-policy": "one" })),
    ingress("b", toWeb(), group({ ...secure, "ssl-policy": "two" })),
  ],
  [
    "failed to merge listenPort config for port: 443: conflicting inbound-cidrs, default/a: [10.0.0.0/8], [fd00::/8] | default/b: [10.0.0.0/8], []",
    ingress("a", toWeb(), group({ ...secure, "inbound-cidrs": "fd00::/8,10.0.0.0/8" })),
    ingress("b", toWeb(), group({ ...secure, "inbound-cidrs": "10.0.0.0/8" })),
  ],
  [
    "failed to merge listenPort config for port: 443: conflicting inbound-prefix-lists, default/a: [pl-1] | default/b: [pl-2]",
    ingress("a", toWeb(), group({ ...secure, "security-group-prefix-lists": "pl-1" })),
    ingress("b", toWeb(), group({ ...secure, "security-group-prefix-lists": "pl-2" })),
  ],
  [
    "ingress: default/a: invalid inbound-cidrs settings on Ingress: default/a: invalid CIDR address: 10.0.0.0",
    ingress("a", toWeb(), { "inbound-cidrs": "10.0.0.0" }),
  ],
  [
    "conflicting listener attributes k: 1 | 2 for ingress default/b",
    ingress("a", toWeb(), { "group.name": "g", "listener-attributes.HTTP-80": "k=1" }),
    ingress("b", toWeb(), { "group.name": "g", "listener-attributes.HTTP-80": "k=2" }),
  ],
];
const badPorts: [listenPorts: string, says: string][] = [
  ["[]", "empty listen-ports configuration: `[]`"],
  ["null", "empty listen-ports configuration: `null`"],
  [
    "[{HTTP:80}]",
    "failed to parse listen-ports configuration: `[{HTTP:80}]`: invalid character 'H' looking for beginning of object key string",
  ],
  [
    '{"HTTP":80}',
    'failed to parse listen-ports configuration: `{"HTTP":80}`: json: cannot unmarshal object into Go value of type []map[string]int32',
  ],
  [
    '[{"HTTP":"80"}]',
    'failed to parse listen-ports configuration: `[{"HTTP":"80"}]`: json: cannot unmarshal string into Go value of type int32',
  ],
  [
    '[{"HTTP":80.5}]',
    'failed to parse listen-ports configuration: `[{"HTTP":80.5}]`: json: cannot unmarshal number 80.5 into Go value of type int32',
  ],
  ['[{"HTTP":0}]', "listen port must be within [1, 65535]: 0"],
  ['[{"http":80}]', "listen protocol must be within [HTTP, HTTPS]: http"],
];
test.each(badPorts)("listen-ports %s is refused", (listenPorts, says) => {
  expect(strictStack([ingress("a", toWeb(), { "listen-ports": listenPorts })])).toBe(`ingress: default/a: ${says}`);
});

test.each(refusals)("refused: %s", (says, ...ingresses) => expect(strictStack(ingresses)).toBe(says));

test("listener-attributes belong to the protocol and port that they name", () => {
  const stack = strictStack([ingress("a", toWeb(), { "listener-attributes.HTTP-80": "k=1", "listener-attributes.HTTP-81": "k=2" })]);
  expect(specOf(stack, "Listener").listenerAttributes).toEqual([{ key: "k", value: "1" }]);
});

const mutual: [entry: Record<string, unknown>, says: unknown][] = [
  [
    { port: 443, mode: "verify", trustStore: "arn:ts" },
    { mode: "verify", trustStoreArn: "arn:ts", ignoreClientCertificateExpiry: false },
  ],
  [
    { port: 443, mode: "passthrough" },
    { mode: "passthrough", trustStoreArn: "" },
  ],
  [{ port: 0, mode: "off" }, "listen port must be within [1, 65535]: 0"],
  [{ port: 443 }, "mutualAuthentication mode cannot be empty for port 443"],
  [{ port: 443, mode: "on" }, "mutualAuthentication mode value must be among [off, passthrough, verify] for port 443 : on"],
  [{ port: 443, mode: "verify" }, "trustStore is required when mutualAuthentication mode is verify for port 443"],
  [{ port: 443, mode: "off", trustStore: "ts" }, "Mutual Authentication mode off does not support trustStore for port 443"],
  [
    { port: 443, mode: "off", ignoreClientCertificateExpiry: true },
    "Mutual Authentication mode off does not support ignoring client certificate expiry for port 443",
  ],
];
test.each(mutual)("mutual-authentication %j", (entry, says) => {
  const stack = strictStack([ingress("a", toWeb(), { ...secure, "mutual-authentication": JSON.stringify([entry]) })]);
  if (typeof says === "string") expect(stack).toBe(`ingress: default/a: ${says}`);
  else expect(specOf(stack, "Listener").mutualAuthentication).toEqual(says);
});

const unread: [raw: string, says: string][] = [
  ["[]", "empty mutualAuthentication configuration from ingress annotation: `[]`"],
  ["null", "empty mutualAuthentication configuration from ingress annotation: `null`"],
  [
    '{"port":443}',
    'failed to parse mutualAuthentication configuration from ingress annotation: `{"port":443}`: json: cannot unmarshal object into Go value of type []ingress.MutualAuthenticationConfig',
  ],
  [
    "[443]",
    "failed to parse mutualAuthentication configuration from ingress annotation: `[443]`: json: cannot unmarshal number into Go value of type ingress.MutualAuthenticationConfig",
  ],
  [
    '[{"port":"443","mode":"off"}]',
    'failed to parse mutualAuthentication configuration from ingress annotation: `[{"port":"443","mode":"off"}]`: json: cannot unmarshal string into Go struct field MutualAuthenticationConfig.port of type int32',
  ],
];
test.each(unread)("mutual-authentication: %s", (raw, says) => {
  expect(strictStack([ingress("a", toWeb(), { ...secure, "mutual-authentication": raw })])).toBe(`ingress: default/a: ${says}`);
});
