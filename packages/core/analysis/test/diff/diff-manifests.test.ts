import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadRegexEngine } from "@loopway/routing";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { changeKinds } from "../../src/diff/change-kind.ts";
import { formatRegion } from "../../src/diff/describe-region.ts";
import { type Difference, diffManifests } from "../../src/index.ts";
import { deployment, ingress, path, service, settleText } from "../fixtures/manifests.ts";

const compileRegex = await loadRegexEngine();
const alb = (suffix: string, value: string) => `alb.ingress.kubernetes.io/${suffix}: ${value}`;
const services =
  service("named", { ports: "{ name: http, port: 80, targetPort: http }" }) +
  service("web") +
  service("api") +
  service("use", { type: "NodePort" }) +
  deployment("web");
const certificate = alb("certificate-arn", "'arn:aws:acm:us-east-1:000000000000:certificate/x'");

const schema = JSON.parse(readFileSync(fileURLToPath(new URL("../../diff.schema.json", import.meta.url)), "utf8"));
const isPublished = new Ajv2020({ allErrors: true }).compile(schema);

/** Whatever it is, it is what the published schema says. */
function diffTexts(before: string, after: string): Difference {
  const difference = diffManifests({ before: settleText(services + before), after: settleText(services + after) }, { compileRegex });
  expect(isPublished(JSON.parse(JSON.stringify(difference))) ? [] : isPublished.errors).toEqual([]);
  return difference;
}

/** "kind listener region: before → after: curl" of every change. */
function linesOf({ causes }: Difference): string[] {
  return causes.flatMap(({ changes }) =>
    changes.map(({ kind, listener, before, after, requests }) => {
      const [first] = requests;
      return `${kind} ${listener} ${first === undefined ? "" : formatRegion(first.region)}: ${before.text} → ${after.text}: ${first?.witness.curl}`;
    }),
  );
}

const web = (paths: string[], annotations = "") => ingress("web", { paths, annotations });
const member = (name: string, host: string, annotations = "") =>
  ingress(name, { host, paths: [path("/", name)], annotations: `${alb("group.name", "shared")}, ${annotations}` });
const cognito = `${alb("auth-type", "cognito")}, ${alb("auth-idp-cognito", `'{"userPoolARN":"a","userPoolClientID":"b","userPoolDomain":"c"}'`)}`;
const conditions = (json: string) => alb("conditions.web", `'[${json}]'`);
const forward = (web: number, api: number) =>
  alb(
    "actions.split",
    `'{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":80,"weight":${web}},{"serviceName":"api","servicePort":80,"weight":${api}}]}}'`,
  );
const fixed = (status: number, body: string) =>
  alb(
    "actions.split",
    `'{"type":"fixed-response","fixedResponseConfig":{"statusCode":"${status}","contentType":"text/plain","messageBody":"${body}"}}'`,
  );
const split = (action: string) => web([path("/", "split", "name: use-annotation")], action);
const rewrite = alb("transforms.web", `'[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/v1","replace":"/"}]}}]'`);

/** Sentence, manifests before and after, what changes. */
const cases: readonly [string, string, string, string[]][] = [
  ["the same manifests", web([path("/", "web")]), web([path("/", "web")]), []],
  ["a prefix with and without a slash at its end", web([path("/a/", "web")]), web([path("/a", "web")]), []],
  ["a rule that an earlier one covers", web([path("/a", "web")]), web([path("/a", "web"), path("/a", "api")]), []],
  [
    "paths of different length in another order",
    web([path("/a", "web"), path("/a/b", "api")]),
    web([path("/a/b", "api"), path("/a", "web")]),
    [],
  ],
  ["a servicePort by name", web([path("/", "named")]), web([path("/", "named", "name: http")]), []],
  ["weights in the same proportion", split(forward(1, 3)), split(forward(10, 30)), []],
  [
    "rules of other hosts before one's own, in the same group",
    member("web", "b.example.com"),
    member("api", "a.example.com") + member("web", "b.example.com"),
    ["now-answered HTTP:80 a.example.com  /*: fixed 404 → default/api:80 (ip): curl -i http://a.example.com/x"],
  ],
  [
    "another backend",
    web([path("/a", "web"), path("/b", "web")]),
    web([path("/a", "api"), path("/b", "web")]),
    ["moved HTTP:80 a.example.com  /a, /a/*: default/web:80 (ip) → default/api:80 (ip): curl -i http://a.example.com/a/x"],
  ],
  [
    "a path taken out of another one",
    web([path("/", "web")]),
    web([path("/", "web"), path("/api", "api")]),
    ["moved HTTP:80 a.example.com  /api, /api/*: default/web:80 (ip) → default/api:80 (ip): curl -i http://a.example.com/api/x"],
  ],
  [
    "a path that is gone",
    web([path("/a", "web"), path("/b", "web")]),
    web([path("/b", "web")]),
    ["now-404 HTTP:80 a.example.com  /a, /a/*: default/web:80 (ip) → fixed 404: curl -i http://a.example.com/a/x"],
  ],
  [
    "a condition that narrows a rule",
    web([path("/", "web")]),
    web([path("/", "web")], conditions('{"field":"http-request-method","httpRequestMethodConfig":{"Values":["GET"]}}')),
    ["now-404 HTTP:80 a.example.com  /*  less method GET: default/web:80 (ip) → fixed 404: curl -i -X POST http://a.example.com/x"],
  ],
  [
    "a condition on the source address, narrowed",
    web([path("/", "web")], conditions('{"field":"source-ip","sourceIpConfig":{"values":["10.0.0.0/8"]}}')),
    web([path("/", "web")], conditions('{"field":"source-ip","sourceIpConfig":{"values":["10.0.0.0/9"]}}')),
    [
      "now-404 HTTP:80 a.example.com  /*  source 10.0.0.0/8  less source 10.0.0.0/9: default/web:80 (ip) → fixed 404: curl -i http://a.example.com/x # from 10.128.0.1",
    ],
  ],
  [
    "weights",
    split(forward(1, 1)),
    split(forward(1, 3)),
    [
      "weights-changed HTTP:80 a.example.com  /*: default/api:80 50 % + default/web:80 50 % → default/api:80 75 % + default/web:80 25 %: curl -i http://a.example.com/x",
    ],
  ],
  [
    "a fixed response",
    split(fixed(503, "later")),
    split(fixed(503, "never")),
    ['fixed-response-changed HTTP:80 a.example.com  /*: fixed 503 "later" → fixed 503 "never": curl -i http://a.example.com/x'],
  ],
  [
    "authentication gained",
    web([path("/", "web")], certificate),
    web([path("/", "web")], `${certificate}, ${cognito}`),
    [
      "auth-gained HTTPS:443 a.example.com  /*: default/web:80 (ip) → authenticate-cognito, then default/web:80 (ip): curl -i https://a.example.com/x",
    ],
  ],
  [
    "authentication lost, which is told first",
    ingress("web", { paths: [path("/", "web")], annotations: `${certificate}, ${cognito}` }),
    ingress("web", { paths: [path("/", "web"), path("/api", "api")], annotations: certificate }),
    [
      "auth-lost HTTPS:443 a.example.com  /*  less /api, /api/*: authenticate-cognito, then default/web:80 (ip) → default/web:80 (ip): curl -i https://a.example.com/x",
      "auth-lost HTTPS:443 a.example.com  /api, /api/*: authenticate-cognito, then default/web:80 (ip) → default/api:80 (ip): curl -i https://a.example.com/api/x",
    ],
  ],
  [
    "a rewrite",
    web([path("/", "web")]),
    web([path("/", "web")], rewrite),
    ["rewrite-changed HTTP:80 a.example.com  /*: default/web:80 (ip) → default/web:80 (ip), rewritten: curl -i http://a.example.com/x"],
  ],
  [
    "the target type",
    web([path("/", "use")]),
    web([path("/", "use")]).replace("target-type: ip", "target-type: instance"),
    ["target-changed HTTP:80 a.example.com  /*: default/use:80 (ip) → default/use:80 (instance): curl -i http://a.example.com/x"],
  ],
  [
    "a redirect to HTTPS",
    web([path("/", "web")], `${alb("listen-ports", `'[{"HTTP":80},{"HTTPS":443}]'`)}, ${certificate}`),
    web([path("/", "web")], `${alb("listen-ports", `'[{"HTTP":80},{"HTTPS":443}]'`)}, ${certificate}, ${alb("ssl-redirect", "'443'")}`),
    [
      "redirected HTTP:80 any host  any path  less a.example.com /*: fixed 404 → 301 to https://#{host}/#{path}: curl -i http://ALB/",
      "redirected HTTP:80 a.example.com  /*: default/web:80 (ip) → 301 to https://#{host}/#{path}: curl -i http://a.example.com/x",
    ],
  ],
  [
    "a certificate without listen-ports, which closes port 80",
    web([path("/", "web")]),
    web([path("/", "web")], certificate),
    [
      "listener-lost HTTP:80 a.example.com  any path: HTTP:80 → no listener: curl -i http://a.example.com/",
      "listener-gained HTTPS:443 a.example.com  any path: no listener → HTTPS:443: curl -i https://a.example.com/",
    ],
  ],
  [
    "another certificate",
    web([path("/", "web")], certificate),
    web([path("/", "web")], certificate.replace("/x", "/y")),
    [
      "tls-changed HTTPS:443 a.example.com  any path: x, ELBSecurityPolicy-2016-08 → y, ELBSecurityPolicy-2016-08: curl -i https://a.example.com/",
    ],
  ],
  [
    "the scheme",
    web([path("/", "web")]),
    web([path("/", "web")]).replace("internet-facing", "internal"),
    ["scheme-changed HTTP:80 a.example.com  any path: internet-facing → internal: curl -i http://a.example.com/"],
  ],
  [
    "headers at the backend",
    web([path("/", "web")]),
    web([path("/", "web")], alb("load-balancer-attributes", "routing.http.preserve_host_header.enabled=true")),
    [
      "headers-changed HTTP:80 a.example.com  any path: default → routing.http.preserve_host_header.enabled=true: curl -i http://a.example.com/",
    ],
  ],
  [
    "a host that moves to another group, with the same backend",
    member("web", "a.example.com") + member("api", "b.example.com"),
    member("web", "a.example.com").replace("shared", "own") + member("api", "b.example.com"),
    ["load-balancer-changed HTTP:80 a.example.com  any path: k8s-shared → k8s-own: curl -i http://a.example.com/"],
  ],
  [
    "an Ingress that is gone",
    web([path("/", "web")]) + member("api", "b.example.com"),
    member("api", "b.example.com"),
    ["listener-lost HTTP:80 a.example.com  any path: HTTP:80 → no listener: curl -i http://a.example.com/"],
  ],
];

describe("what changes for requests", () => {
  test.each(cases)("%s", (_, before, after, expected) => {
    const difference = diffTexts(before, after);
    const lines = linesOf(difference).map((line) => line.replace(/k8s-[\w-]+\.us-east-1\S+?\//, "ALB/").replace(/(k8s-\w+)-\w+/g, "$1"));
    expect(lines).toEqual(expected);
    expect(difference.verdict).toBe(expected.length === 0 ? "no-change" : "changes");
  });
});

test("the schema knows every kind of change, and no other", () => {
  expect(schema.$defs.change.properties.kind.enum.toSorted()).toEqual(Object.keys(changeKinds).sort());
});

describe("a group that cannot be built", () => {
  const good = member("web", "a.example.com") + member("api", "b.example.com");
  const bad = member("web", "a.example.com") + member("api", "b.example.com").replace("path: /,", "path: /*,");

  test("after it was: nothing changes for requests, and the member in the way is named", () => {
    const difference = diffTexts(good, bad);
    expect(linesOf(difference)).toEqual([]);
    expect(difference.verdict).toBe("blocked");
    expect(difference.groups).toMatchObject([
      {
        kind: "blocked",
        group: "shared",
        members: ["default/api", "default/web"],
        message: "ingress: default/api: prefix path shouldn't contain wildcards: /*",
        culprit: { object: "Ingress default/api", pointer: "/spec/rules/0/http/paths/0", source: expect.stringContaining("test.yaml:") },
      },
    ]);
  });

  test("and is built now: what it serves is new", () => {
    const difference = diffTexts(bad, good);
    expect(difference.groups).toMatchObject([{ kind: "unblocked", group: "shared" }]);
    expect(difference.causes.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual(["listener-gained"]);
  });

  test("neither before nor after", () => {
    const difference = diffTexts(bad, bad);
    expect(difference).toMatchObject({ verdict: "blocked", groups: [{ kind: "still-blocked" }] });
  });
});

test("an object that the API refuses is told, and compared as if it were not there", () => {
  const difference = diffTexts(web([path("/", "web")]), web([path("/", "web")]).replace("path: /,", "path: nonsense,"));
  expect(difference.refused).toMatchObject([
    { side: "after", object: "Ingress default/web", source: expect.stringContaining("test.yaml:") },
  ]);
  expect(difference.verdict).toBe("changes");
});

describe("the cause of a change", () => {
  const causesOf = (before: string, after: string) =>
    diffTexts(before, after).causes.map(({ object, what, fields }) => [object, what, ...fields]);

  test("is the object that differs, with the places in it", () => {
    expect(causesOf(web([path("/a", "web"), path("/b", "web")]), web([path("/a", "web"), path("/b", "api")]))).toEqual([
      ["Ingress default/web", "changed", "/spec/rules/0/http/paths/1/backend/service/name"],
    ]);
    expect(causesOf(member("web", "a.example.com"), member("web", "a.example.com") + member("api", "b.example.com"))).toEqual([
      ["Ingress default/api", "added"],
    ]);
    expect(causesOf(member("web", "a.example.com") + member("api", "b.example.com"), member("web", "a.example.com"))).toEqual([
      ["Ingress default/api", "removed"],
    ]);
  });

  test("is the Service where the Ingress is as it was", () => {
    const typed = (targetType: string) =>
      web([path("/", "typed")]).replace(alb("target-type", "ip"), alb("backend-protocol", "HTTP")) +
      service("typed", { type: "NodePort" }).replace("name: typed }", `name: typed, annotations: { ${alb("target-type", targetType)} } }`);
    expect(causesOf(typed("ip"), typed("instance"))).toEqual([
      ["Service default/typed", "changed", "/metadata/annotations/alb.ingress.kubernetes.io~1target-type"],
    ]);
  });

  test("is another member of the group where the order of rules decides", () => {
    const [early, late] = ["-1", "1"].map((order) => member("api", "a.example.com", alb("group.order", `'${order}'`)));
    expect(causesOf(`${member("web", "a.example.com")}${early}`, `${member("web", "a.example.com")}${late}`)).toEqual([
      ["Ingress default/api", "changed", "/metadata/annotations/alb.ingress.kubernetes.io~1group.order"],
    ]);
  });
});
