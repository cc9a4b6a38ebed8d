import type { LintRule } from "../rule.ts";

export const tlsIgnored: LintRule = {
  code: "tls-ignored",
  severity: "warning",
  summary: "spec.tls opens no HTTPS listener, and its secret is never read",
  *check({ views }) {
    for (const { listeners, members } of views) {
      for (const object of members) {
        const isSecure = listeners.some(({ protocol, ingresses }) => protocol === "HTTPS" && ingresses.includes(object));
        const secrets = (object.spec?.tls ?? []).flatMap(({ secretName }) => secretName ?? []);
        if ((object.spec?.tls ?? []).length === 0 || isSecure) continue;
        yield {
          object,
          path: "/spec/tls",
          message: `opens no HTTPS listener: this Ingress is served on HTTP only${secrets.length === 0 ? "" : `, and the secret ${secrets[0]} is never read`}`,
          suggestion: `write listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]' and certificate-arn; an ALB takes certificates from ACM`,
        };
      }
    }
  },
};
