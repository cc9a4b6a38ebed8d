import { annotationPath } from "../annotation-path.ts";
import type { LintRule } from "../rule.ts";

export const sslRedirectDropsRules: LintRule = {
  code: "ssl-redirect-drops-rules",
  severity: "error",
  summary: "ssl-redirect empties every HTTP listener of the group: an Ingress that listens on HTTP only loses all its rules",
  *check({ views }) {
    for (const { listeners, members } of views) {
      const redirected = listeners.filter(({ isRedirected }) => isRedirected);
      const asking = members.find(({ metadata }) => metadata.annotations?.["alb.ingress.kubernetes.io/ssl-redirect"] !== undefined);
      for (const object of members) {
        const own = listeners.filter(({ ingresses }) => ingresses.includes(object));
        if (own.length === 0 || (object.spec?.rules ?? []).length === 0 || !own.every((listener) => redirected.includes(listener)))
          continue;
        const ports = own.map(({ listenerPort }) => listenerPort).join(" and ");
        yield {
          object,
          path: "/spec/rules",
          message: `none of these rules is built: they listen on HTTP port ${ports} only, and ssl-redirect, which holds for the whole group, leaves HTTP listeners without rules`,
          suggestion: `write listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]' here, or leave the group`,
          related: asking === undefined ? [] : [{ object: asking, path: annotationPath("ssl-redirect"), message: "asks for it" }],
        };
      }
    }
  },
};
