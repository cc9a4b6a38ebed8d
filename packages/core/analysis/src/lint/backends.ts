// Which Services an Ingress sends requests to, and from which place in it.
import { readActionAnnotation, USE_ANNOTATION } from "@loopway/controllers";
import { formatPointer, type Ingress, type IngressBackend } from "@loopway/model";
import { annotationPath } from "./annotation-path.ts";
import type { Spot } from "./rule.ts";

export interface Backend extends Spot {
  object: Ingress;
  serviceName: string;
  servicePort: number | string;
  /** Places of the backends that use the action it stands in; none for a direct one. */
  usedAt: readonly string[];
  /** The action it stands in shares requests among several. */
  isShared: boolean;
}

/** What the backends of spec name, with the place of each. */
export function specBackends(object: Ingress): (Spot & { object: Ingress; service: NonNullable<IngressBackend["service"]> })[] {
  const rules = (object.spec?.rules ?? []).flatMap(({ http }, rule) =>
    (http?.paths ?? []).map(({ backend }, path) => ({ backend, at: ["spec", "rules", rule, "http", "paths", path, "backend"] })),
  );
  const { defaultBackend } = object.spec ?? {};
  const all = defaultBackend === undefined ? rules : [...rules, { backend: defaultBackend, at: ["spec", "defaultBackend"] }];
  return all.flatMap(({ backend, at }) =>
    backend?.service === undefined ? [] : [{ object, service: backend.service, path: formatPointer(...at, "service") }],
  );
}

/** Direct ones, then those of the actions that a backend uses. An action that cannot be read has none. */
export function findBackends(object: Ingress): Backend[] {
  const all = specBackends(object);
  const direct = all
    .filter(({ service }) => service.port?.name !== USE_ANNOTATION)
    .map(({ service, path }): Backend => {
      return {
        object,
        path,
        serviceName: service.name,
        servicePort: service.port?.name || service.port?.number || 0,
        usedAt: [],
        isShared: false,
      };
    });
  const actions = new Map<string, string[]>();
  for (const { service, path } of all) {
    if (service.port?.name === USE_ANNOTATION) actions.set(service.name, [...(actions.get(service.name) ?? []), path]);
  }
  return [...direct, ...[...actions].flatMap(([name, usedAt]) => backendsOfAction(object, name, usedAt))];
}

function backendsOfAction(object: Ingress, name: string, usedAt: readonly string[]): Backend[] {
  const read = readActionAnnotation(name, [object.metadata.annotations], () => {});
  if (read.kind !== "action" || read.action.type !== "forward") return [];
  const { targetGroups } = read.action.forwardConfig;
  return targetGroups.flatMap(({ serviceName, servicePort = 0 }): Backend[] =>
    serviceName === undefined
      ? []
      : [
          {
            object,
            path: annotationPath(`actions.${name}`),
            serviceName,
            servicePort,
            usedAt,
            isShared: targetGroups.length > 1,
          },
        ],
  );
}
