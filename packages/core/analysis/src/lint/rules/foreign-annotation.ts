import { ALB_PREFIX, annotationKeyPath } from "../annotation-path.ts";
import { ingressAnnotations } from "../known-annotations.ts";
import type { LintRule } from "../rule.ts";

/** Prefixes of other Ingress controllers. */
const FOREIGN =
  /^(nginx\.ingress\.kubernetes\.io|nginx\.org|haproxy\.org|haproxy-ingress\.github\.io|traefik\.ingress\.kubernetes\.io|appgw\.ingress\.kubernetes\.io|konghq\.com|projectcontour\.io)\//;
/** What a popular setting of ingress-nginx is for an ALB. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  "rewrite-target": "transforms.<service> with a url-rewrite",
  "app-root": "an actions.<name> redirect for the path /",
  "ssl-redirect": "ssl-redirect: '443'",
  "force-ssl-redirect": "ssl-redirect: '443'",
  "use-regex": "use-regex-path-match: 'true'",
  "backend-protocol": "backend-protocol (HTTP, HTTPS), backend-protocol-version (GRPC)",
  "whitelist-source-range": "inbound-cidrs, or a source-ip condition",
  "proxy-read-timeout": "load-balancer-attributes: idle_timeout.timeout_seconds=N",
  "proxy-send-timeout": "load-balancer-attributes: idle_timeout.timeout_seconds=N",
  affinity: "target-group-attributes: stickiness.enabled=true",
  "canary-weight": "an actions.<name> forward with weights",
  "auth-url": "auth-type: oidc",
};

export const foreignAnnotation: LintRule = {
  code: "foreign-annotation",
  severity: "warning",
  summary: "an annotation of another Ingress controller on an Ingress that this one takes: it has no effect",
  *check({ groups }) {
    for (const object of groups.flatMap(({ members }) => members)) {
      for (const key of Object.keys(object.metadata.annotations ?? {})) {
        if (!FOREIGN.test(key)) continue;
        const suffix = key.slice(key.indexOf("/") + 1);
        const same = ALB_PREFIX + suffix;
        const counterpart = COUNTERPARTS[suffix] ?? (ingressAnnotations.includes(same) ? suffix : undefined);
        yield {
          object,
          path: annotationKeyPath(key),
          message: `the Load Balancer Controller builds this Ingress and does not read ${key}: it has no effect`,
          ...(counterpart === undefined ? {} : { suggestion: `an ALB has ${counterpart} for it` }),
        };
      }
    }
  },
};
