/** What each rule finds, and that it is silent about the same manifests once they are mended. The fifteen pains are in pains.test.ts. */
import { expect, test } from "vitest";
import { deployment, ingress, path, service } from "../fixtures/manifests.ts";
import { findingsIn, placesOf, shop, WEB } from "./linted.ts";

const action = (name: string, value: object) => `actions.${name}: '${JSON.stringify(value)}'`;
const toHttps = { type: "redirect", redirectConfig: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
const annotated = (at: string, name: string) => path(at, name, "name: use-annotation");
const certificate = "certificate-arn: 'arn:aws:acm:us-east-1:000000000000:certificate/a'";
const both = `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`;
const sidecar = "{ name: http, containerPort: 8080 }, { name: admin, containerPort: 9090 }";
const zone = "---\napiVersion: route53.services.k8s.aws/v1alpha1\nkind: HostedZone\nmetadata: { name: z }\nspec: { name: example.org. }\n";
const acm = (name: string) =>
  `---\napiVersion: acm.services.k8s.aws/v1alpha1\nkind: Certificate\nmetadata: { name: c }\nspec: { domainName: ${name} }\nstatus: { status: ISSUED, ackResourceMetadata: { arn: 'arn:aws:acm:us-east-1:000000000000:certificate/c' } }\n`;

interface Row {
  code: string;
  about: string;
  wrong: string;
  /** Severity, object and path of each finding. */
  places: string[];
  mended: string;
}

const SHOP = "Ingress default/shop";
const key = (suffix: string) => `/metadata/annotations/alb.ingress.kubernetes.io~1${suffix}`;

const rows: Row[] = [
  {
    code: "duplicate-rule",
    about: "the same path twice",
    wrong: shop({ paths: [path("/a", "web"), path("/a", "api")] }),
    places: [`error ${SHOP} /spec/rules/0/http/paths/1`],
    mended: shop({ paths: [path("/a", "web"), path("/b", "api")] }),
  },
  {
    code: "duplicate-rule",
    about: "the same path twice, to the same Service",
    wrong: shop({ paths: [path("/a", "web"), path("/a", "web")] }),
    places: [`warning ${SHOP} /spec/rules/0/http/paths/1`],
    mended: shop({ paths: [path("/a", "web")] }),
  },
  {
    code: "shadowed-rule",
    about: "a longer path behind a wildcard",
    wrong: shop({ paths: [path("/a*", "web"), path("/abc", "api")].map((item) => item.replace("Prefix", "ImplementationSpecific")) }),
    places: [`error ${SHOP} /spec/rules/0/http/paths/1`],
    mended: shop({ paths: [path("/abc", "api"), path("/a*", "web")].map((item) => item.replace("Prefix", "ImplementationSpecific")) }),
  },
  {
    code: "dangling-port",
    about: "a port that the Service does not have",
    wrong: shop({ paths: [path("/", "web", "number: 8080")] }),
    places: [`error ${SHOP} /spec/rules/0/http/paths/0/backend/service/port`],
    mended: shop(),
  },
  {
    code: "dangling-port",
    about: "a misspelt use-annotation",
    wrong: shop({ paths: [path("/", "web", "name: use-annotations")] }),
    places: [`error ${SHOP} /spec/rules/0/http/paths/0/backend/service/port`],
    mended: shop(),
  },
  {
    code: "dangling-service",
    about: "a Service that is not there",
    wrong: shop({ paths: [path("/", "wbe")] }),
    places: [`error ${SHOP} /spec/rules/0/http/paths/0/backend/service/name`],
    mended: shop(),
  },
  {
    code: "selector-matches-nothing",
    about: "a selector that selects no workload",
    wrong: ingress("shop", { paths: [path("/", "web")] }) + service("web", { selector: "wbe" }) + deployment("web"),
    places: ["error Service default/web /spec/selector"],
    mended: shop(),
  },
  {
    code: "unreachable-backend",
    about: "a Deployment without replicas",
    wrong: ingress("shop", { paths: [path("/", "web")] }) + service("web") + deployment("web", { replicas: 0 }),
    places: ["error Deployment default/web /spec/replicas"],
    mended: shop(),
  },
  {
    code: "unreachable-backend",
    about: "a targetPort by a name that no container has",
    wrong: ingress("shop", { paths: [path("/", "web")] }) + service("web", { ports: "{ port: 80, targetPort: web }" }) + deployment("web"),
    places: ["error Service default/web /spec/ports/0/targetPort"],
    mended: shop(),
  },
  {
    code: "health-check-port",
    about: "a health check of a port that no container declares",
    wrong: shop({ annotations: ["healthcheck-port: '9090'"] }),
    places: [`warning ${SHOP} ${key("healthcheck-port")}`],
    mended:
      ingress("shop", { paths: [path("/", "web")], annotations: "alb.ingress.kubernetes.io/healthcheck-port: '9090'" }) +
      service("web") +
      deployment("web", { port: sidecar }),
  },
  {
    code: "health-check-port",
    about: "a targetPort that no container declares",
    wrong: ingress("shop", { paths: [path("/", "web")] }) + service("web", { ports: "{ port: 80 }" }) + deployment("web"),
    places: ["warning Service default/web /spec/ports/0"],
    mended: shop(),
  },
  {
    code: "health-check-path",
    about: "/ asked of pods whose readiness probe asks for another path",
    wrong:
      ingress("shop", { paths: [path("/", "web")] }) +
      service("web") +
      deployment("web").replace("image: app", "image: app, readinessProbe: { httpGet: { path: /up, port: http } }"),
    places: [`info ${SHOP} /spec/rules/0/http/paths/0`],
    mended: shop(),
  },
  {
    code: "auth-on-http",
    about: "authentication with an HTTP listener beside the HTTPS one",
    wrong: shop({
      annotations: [
        "auth-type: cognito",
        `auth-idp-cognito: '{"userPoolARN":"a","userPoolClientID":"b","userPoolDomain":"c"}'`,
        both,
        certificate,
      ],
    }),
    places: [`error ${SHOP} ${key("auth-type")}`],
    mended: shop({
      annotations: [
        "auth-type: cognito",
        `auth-idp-cognito: '{"userPoolARN":"a","userPoolClientID":"b","userPoolDomain":"c"}'`,
        both,
        certificate,
        "ssl-redirect: '443'",
      ],
    }),
  },
  {
    code: "missing-certificate",
    about: "a certificate of another host",
    wrong: shop({ annotations: [`listen-ports: '[{"HTTPS": 443}]'`], more: acm("b.example.com") }),
    places: [`error ${SHOP} ${key("listen-ports")}`],
    mended: shop({ annotations: [`listen-ports: '[{"HTTPS": 443}]'`], more: acm("'*.example.com'") }),
  },
  {
    code: "host-without-zone",
    about: "a host in none of the hosted zones",
    wrong: shop({ more: zone }),
    places: [`warning ${SHOP} /spec/rules/0/host`],
    mended: shop({ more: zone.replace("example.org", "example.com") }),
  },
  {
    code: "unused-annotation",
    about: "conditions of a Service that no backend names",
    wrong: shop({ annotations: [`conditions.wbe: '[{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}}]'`] }),
    places: [`warning ${SHOP} ${key("conditions.wbe")}`],
    mended: shop({ annotations: [`conditions.web: '[{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}}]'`] }),
  },
  {
    code: "unused-annotation",
    about: "an action whose backend has another port name",
    wrong: shop({ annotations: [action("web", toHttps)] }),
    places: [`warning ${SHOP} ${key("actions.web")}`],
    mended: shop({ paths: [annotated("/", "web")], annotations: [action("web", toHttps)] }),
  },
  {
    code: "misspelt-annotation",
    about: "a misspelt family",
    wrong: shop({ annotations: [action("web", toHttps).replace("actions", "action")] }),
    places: [`error ${SHOP} ${key("action.web")}`],
    mended: shop({ paths: [annotated("/", "web")], annotations: [action("web", toHttps)] }),
  },
  {
    code: "misspelt-annotation",
    about: "a name that resembles nothing",
    wrong: shop({ annotations: ["of-a-later-version: 'true'"] }),
    places: [`warning ${SHOP} ${key("of-a-later-version")}`],
    mended: shop(),
  },
  {
    code: "redirect-loop",
    about: "HTTPS back to HTTPS by a redirect on both listeners is dropped there, and is no loop",
    wrong: shop({
      paths: [annotated("/old", "there"), annotated("/new", "back")],
      annotations: [
        action("there", { type: "redirect", redirectConfig: { path: "/new", statusCode: "HTTP_301" } }),
        action("back", { type: "redirect", redirectConfig: { path: "/old", statusCode: "HTTP_301" } }),
      ],
    }),
    places: [`error ${SHOP} /spec/rules/0/http/paths/0`, `error ${SHOP} /spec/rules/0/http/paths/1`],
    mended: shop({ paths: [annotated("/", "https"), path("/a", "web")], annotations: [action("https", toHttps), both, certificate] }),
  },
  {
    code: "no-ingress-class",
    about: "the controller's annotations without a class",
    wrong: shop().replace("  ingressClassName: alb\n", ""),
    places: [`warning ${SHOP} /spec`],
    mended: shop(),
  },
  {
    code: "group-blocked",
    about: "two values of what a load balancer has once",
    wrong:
      ["internal", "internet-facing"]
        .map((scheme, index) =>
          ingress(`shop-${index}`, { paths: [path(`/${index}`, "web")], annotations: `alb.ingress.kubernetes.io/group.name: g` }).replace(
            "scheme: internet-facing",
            `scheme: ${scheme}`,
          ),
        )
        .join("") + WEB,
    places: [0, 1].map((index) => `error Ingress default/shop-${index} ${key("group.name")}`),
    mended: shop(),
  },
  {
    code: "invalid-object",
    about: "what the API refuses",
    wrong: shop({ more: service("bad", { ports: "{ port: 99999 }" }) }),
    places: ["error Service default/bad /spec/ports/0/port"],
    mended: shop(),
  },
  {
    code: "invalid-object",
    about: "an annotation that is no text",
    wrong: shop({ annotations: ["ssl-redirect: 443"] }),
    places: [`error ${SHOP} ${key("ssl-redirect")}`],
    mended: shop(),
  },
  {
    code: "unserved-version",
    about: "an Ingress of the time before networking.k8s.io/v1",
    wrong: shop().replace("networking.k8s.io/v1", "extensions/v1beta1"),
    places: [`error ${SHOP} /apiVersion`],
    mended: shop(),
  },
  {
    code: "duplicate-object",
    about: "one Service twice",
    wrong: shop({ more: service("web") }),
    places: ["warning Service default/web "],
    mended: shop(),
  },
  {
    code: "failed-build-model",
    about: "a value that the controller cannot read",
    wrong: shop({ annotations: ["healthcheck-interval-seconds: soon"] }),
    places: [`error ${SHOP} ${key("healthcheck-interval-seconds")}`],
    mended: shop({ annotations: ["healthcheck-interval-seconds: '20'"] }),
  },
  {
    code: "failed-deploy-model",
    about: "a health check that takes longer than its interval",
    wrong: shop({ annotations: ["healthcheck-interval-seconds: '5'", "healthcheck-timeout-seconds: '5'"] }),
    places: [`error ${SHOP} `],
    mended: shop({ annotations: ["healthcheck-interval-seconds: '6'", "healthcheck-timeout-seconds: '5'"] }),
  },
  {
    code: "failed-load-group-id",
    about: "a group name that is none",
    wrong: shop({ annotations: ["group.name: My_Group"] }),
    places: [`error ${SHOP} `],
    mended: shop({ annotations: ["group.name: my-group"] }),
  },
  {
    code: "quota-near",
    about: "eighty rules of a hundred",
    wrong: shop({ paths: Array.from({ length: 80 }, (_, index) => path(`/${index}`, "web").replace("Prefix", "Exact")) }),
    places: [`warning ${SHOP} /spec/rules`],
    mended: shop(),
  },
];

test.each(rows)("$code: $about", ({ code, wrong, places, mended }) => {
  expect(placesOf(code, wrong)).toEqual(places);
  expect(placesOf(code, mended)).toEqual([]);
});

test("a well-formed shop has nothing but notes", () => {
  expect(
    findingsIn(shop({ annotations: [both, certificate, "ssl-redirect: '443'"] })).filter(({ severity }) => severity !== "info"),
  ).toEqual([]);
});
