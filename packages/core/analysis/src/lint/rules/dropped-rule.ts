import { readActionAnnotation, USE_ANNOTATION } from "@loopway/controllers";
import { formatPointer, objectKey } from "@loopway/model";
import type { ListenerView } from "../group-view.ts";
import { type IngressPath, ingressPaths } from "../ingress-paths.ts";
import type { Found, LintRule } from "../rule.ts";

export const droppedRule: LintRule = {
  code: "dropped-rule",
  severity: "warning",
  summary:
    "the controller drops a redirect to where the request is already, and every rule behind a redirect that takes all of its requests",
  *check({ views }) {
    for (const { listeners, members } of views) {
      for (const object of members) {
        const own = listeners.filter(({ ingresses, isRedirected }) => ingresses.includes(object) && !isRedirected);
        for (const path of ingressPaths(object)) {
          const dropping = own.filter((listener) => !hasRule(listener, path));
          const isEverywhere = dropping.length === own.length;
          // A redirect to HTTPS on both listeners is dropped on HTTPS, and so is meant.
          if (dropping.length > 0 && isEverywhere && (isRedirect(path) || dropping.some(hasRedirect))) yield found(path, dropping);
        }
      }
    }
  },
};

function hasRule({ rules }: ListenerView, { object, at }: IngressPath): boolean {
  const pointer = formatPointer(...at);
  return rules.some((rule) => rule.path === pointer && objectKey(rule.object) === objectKey(object));
}

function isRedirect({ object, backend }: IngressPath): boolean {
  const { service } = backend;
  if (service?.port?.name !== USE_ANNOTATION) return false;
  const read = readActionAnnotation(service.name, [object.metadata.annotations], () => {});
  return read.kind === "action" && read.action.type === "redirect";
}

function hasRedirect({ rules }: ListenerView): boolean {
  return rules.some(({ rule }) => rule.spec.actions.some(({ type }) => type === "redirect"));
}

function found({ object, at, path, host }: IngressPath, dropping: readonly ListenerView[]): Found {
  const ports = dropping.map(({ listenerPort }) => listenerPort).join(" and ");
  return {
    object,
    path: formatPointer(...at),
    message: `the controller drops this rule (${host ?? "any host"}${path === "" ? "" : ` ${path}`}) on port ${ports}: it redirects to its own URL, or an earlier redirect takes all of its requests`,
    suggestion: "redirect to another host, path, port or protocol; or put the rule before the redirect",
  };
}
