import { readText } from "@loopway/controllers";
import type { Ingress, Service } from "@loopway/model";
import { annotationPath } from "../annotation-path.ts";
import type { LintRule, Spot } from "../rule.ts";
import { takesAll } from "../shadows.ts";
import { usedServices } from "../used-services.ts";

export const authOnHttp: LintRule = {
  code: "auth-on-http",
  severity: "error",
  summary: "authentication exists on HTTPS listeners only: on an HTTP listener the same rule lets everybody in",
  *check(subject) {
    const services = usedServices(subject);
    for (const { listeners, members } of subject.views) {
      for (const object of members) {
        const open = listeners.filter(
          (listener) => listener.protocol === "HTTP" && !listener.isRedirected && listener.ingresses.includes(object),
        );
        const forwarding = open.filter(({ rules }) =>
          rules.some((rule) => rule.object === object && rule.rule.spec.actions.some(({ type }) => type === "forward")),
        );
        const behindRedirect = forwarding.filter(
          ({ rules }) =>
            !rules.some(
              (rule) => takesAll(rule) && rule.rule.spec.actions.some(({ redirectConfig }) => redirectConfig?.protocol === "HTTPS"),
            ),
        );
        if (behindRedirect.length === 0) continue;
        const own = services.filter(({ backends }) => backends.some((backend) => backend.object === object)).map(({ service }) => service);
        for (const { object: owner, path } of guardsOf(object, own)) {
          yield {
            object: owner,
            path,
            message: `is passed over on HTTP port ${behindRedirect.map(({ listenerPort }) => listenerPort).join(" and ")} without a word: everybody reaches the backend there without authentication`,
            suggestion: "listen on HTTPS only, or add ssl-redirect: '443'",
            ...(owner === object ? {} : { related: [{ object, path: "", message: "listens on HTTP" }] }),
          };
        }
      }
    }
  },
};

function guardsOf(ingress: Ingress, services: readonly Service[]): Spot[] {
  const spots = [ingress, ...services].filter(({ metadata }) => (readText("auth-type", [metadata.annotations]) ?? "none") !== "none");
  const guards: Spot[] = spots.map((object) => ({ object, path: annotationPath("auth-type") }));
  const hasJwt = readText("jwt-validation", [ingress.metadata.annotations]) !== undefined;
  return hasJwt ? [...guards, { object: ingress, path: annotationPath("jwt-validation") }] : guards;
}
