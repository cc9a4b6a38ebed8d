/** fixtures/pains: what hurts users of the AWS Load Balancer Controller most, each found before anything is applied. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lint } from "../../src/index.ts";
import { settleText } from "../fixtures/manifests.ts";

const folder = join(import.meta.dirname, "../../../../../fixtures/pains");

/** "code, Kind name, path" of each error and warning, and of the notes named. */
const found: Readonly<Record<string, string[]>> = {
  "01-wildcard-in-prefix.yaml": ["wildcard-path Ingress default/shop /spec/rules/0/http/paths/0/path"],
  "02-path-takes-itself-only.yaml": ["implementation-specific-path Ingress default/shop /spec/rules/0/http/paths/0/path"],
  "03-catch-all-first.yaml": [
    "shadowed-rule Ingress default/b /spec/rules/0/http/paths/0",
    "catch-all-first Ingress default/a /spec/rules/0/http/paths/0",
  ],
  "04-one-blocks-all.yaml": [
    "failed-build-model Ingress default/b /metadata/annotations/alb.ingress.kubernetes.io~1scheme",
    "group-blocked Ingress default/b /metadata/annotations/alb.ingress.kubernetes.io~1group.name",
  ],
  "05-condition-values.yaml": ["quota-exceeded Ingress default/shop /spec/rules/0/http/paths/0"],
  "06-rule-quota.yaml": ["quota-exceeded Ingress default/shop /spec/rules"],
  "07-cluster-ip-behind-instances.yaml": ["cluster-ip-instance Ingress default/shop /spec/rules/0/http/paths/0/backend/service"],
  "08-names-that-miss.yaml": [
    "dangling-service Ingress default/shop /spec/rules/0/http/paths/0/backend/service/name",
    "unresolved-action Ingress default/shop /spec/rules/0/http/paths/1/backend/service/name",
    "unknown-condition-field Ingress default/shop /metadata/annotations/alb.ingress.kubernetes.io~1conditions.web",
    "unused-annotation Ingress default/shop /metadata/annotations/alb.ingress.kubernetes.io~1actions.maintenence",
  ],
  "09-tls-without-listener.yaml": ["tls-ignored Ingress default/shop /spec/tls"],
  "10-redirects.yaml": [
    "redirect-loop Ingress default/loop /spec/rules/0/http/paths/0",
    "redirect-loop Ingress default/loop /spec/rules/0/http/paths/1",
    "ssl-redirect-drops-rules Ingress default/plain /spec/rules",
    "dropped-rule Ingress default/loop /spec/rules/0/http/paths/2",
  ],
  "11-health-check-without-effect.yaml": [
    "misspelt-annotation Ingress default/shop /metadata/annotations/alb.ingress.kubernetes.io~1health-check-path",
    "foreign-annotation Ingress default/shop /metadata/annotations/nginx.ingress.kubernetes.io~1rewrite-target",
    "misplaced-annotation Ingress default/shop /metadata/annotations/service.beta.kubernetes.io~1aws-load-balancer-healthcheck-path",
  ],
  "12-grpc-health-check.yaml": [
    "grpc-success-codes Ingress default/shop /metadata/annotations/alb.ingress.kubernetes.io~1success-codes",
    "grpc-without-https Ingress default/shop /metadata/annotations/alb.ingress.kubernetes.io~1backend-protocol-version",
  ],
  "13-sticky-weights.yaml": [
    "weight-missing-service Ingress default/missing /metadata/annotations/alb.ingress.kubernetes.io~1actions.split",
    "sticky-targets Ingress default/shop /spec/rules/0/http/paths/0",
  ],
  "14-nothing-to-register.yaml": [
    "cluster-ip-instance Ingress default/headless /spec/rules/0/http/paths/0/backend/service",
    "unregistrable-targets Service default/by-hand /spec",
    "unregistrable-targets Service default/away /spec/type",
  ],
  "15-rollout.yaml": [
    "grace-too-short Deployment shop/web /spec/template/spec",
    "keep-alive Deployment shop/web /spec/template/spec/containers/0",
    "readiness-gate Namespace shop /metadata",
    "draining-too-short Deployment shop/api /spec/template/spec/containers",
  ],
};
/** Always told. */
const NOTES = ["quota-meter", "shared-load-balancer"];

test("every pain has its manifests", () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(found));
});

test.each(Object.entries(found))("%s", (file, expected) => {
  const findings = lint(settleText(readFileSync(join(folder, file), "utf8"))).filter(({ code }) => !NOTES.includes(code));
  expect(findings.map(({ code, object, path }) => `${code} ${object} ${path}`)).toEqual(expected);
  expect(findings.every(({ source }) => source?.startsWith("test.yaml:"))).toBe(true);
});
