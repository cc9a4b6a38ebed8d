import { loadRegexEngine } from "@loopway/routing";
import { describe, expect, test } from "vitest";
import { formatRegion } from "../../src/diff/describe-region.ts";
import { type Difference, diffManifests, formatDifference, formatMarkdown } from "../../src/index.ts";
import { deployment, ingress, path, service, settleText } from "../fixtures/manifests.ts";

const compileRegex = await loadRegexEngine();
const alb = (suffix: string, value: string) => `alb.ingress.kubernetes.io/${suffix}: ${value}`;
const services = service("web") + service("api") + service("use", { type: "NodePort" }) + deployment("web");
const certificate = alb("certificate-arn", "'arn:aws:acm:us-east-1:000000000000:certificate/x'");

function diffTexts(before: string, after: string): Difference {
  return diffManifests({ before: settleText(services + before), after: settleText(services + after) }, { compileRegex });
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
const cognito = `${alb("auth-type", "cognito")}, ${alb("auth-idp-cognito", `'{"userPoolARN":"a","userPoolClientID":"b","userPoolDomain":"c"}'`)}`;

const cases: readonly [string, string, string, string[]][] = [
  ["the same manifests", web([path("/", "web")]), web([path("/", "web")]), []],
  ["what is written differently and means the same", web([path("/a/", "web")]), web([path("/a", "web")]), []],
  [
    "priorities that shift without consequence",
    web([path("/a", "web")]),
    ingress("aaa", { host: "z.example.com", paths: [path("/", "api")], annotations: alb("group.name", "g") }) + web([path("/a", "web")]),
    [],
  ],
  [
    "another backend",
    web([path("/a", "web"), path("/b", "web")]),
    web([path("/a", "api"), path("/b", "web")]),
    ["moved HTTP:80 a.example.com  /a, /a/*: default/web:80 (ip) → default/api:80 (ip): curl -i http://a.example.com/a/x"],
  ],
];

describe("manifests before and after", () => {
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(linesOf(diffTexts(before, after))).toEqual(expected);
  });
});

test("scratch", () => {
  const show = (a: string, b: string) => console.log(formatDifference(diffTexts(a, b), 10));
  show(web([path("/", "web")]), web([path("/", "web"), path("/api", "api")]));
  show(web([path("/", "web"), path("/api", "api")]), web([path("/", "web")]));
  show(web([path("/api", "api")]), "");
  show(web([path("/", "web")], certificate), web([path("/", "web")], `${certificate}, ${cognito}`));
  show(web([path("/", "web")]), web([path("/", "web")], certificate));
  show(web([path("/", "web")]), web([path("/", "web")]).replace("internet-facing", "internal"));
  show(web([path("/", "web")], alb("group.name", "g")), web([path("/", "web")], alb("group.name", "h")));
  show(web([path("/", "web")]), web([path("/a*", "web")]));
  show(web([path("/a*", "web")]), web([path("/a", "web")]));
  show(
    web([path("/", "web")]),
    web([path("/", "web")], `${alb("listen-ports", `'[{"HTTP":80},{"HTTPS":443}]'`)}, ${certificate}, ${alb("ssl-redirect", "'443'")}`),
  );
  show(
    web([path("/", "web")]),
    web(
      [path("/", "web")],
      alb("conditions.web", `'[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"x-c","values":["a*"]}}]'`),
    ),
  );
  show(
    web([path("/", "web")]),
    web([path("/", "web")], alb("conditions.web", `'[{"field":"source-ip","sourceIpConfig":{"values":["10.0.0.0/8"]}}]'`)),
  );
  console.log(formatMarkdown(diffTexts(web([path("/", "web")]), web([path("/", "web")]).replace("internet-facing", "internal")), 10));
});
