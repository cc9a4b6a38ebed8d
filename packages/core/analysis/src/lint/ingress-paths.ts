import type { Ingress, IngressBackend } from "@loopway/model";

export interface IngressPath {
  object: Ingress;
  /** Reference tokens of the item of `paths`. */
  at: readonly (string | number)[];
  host: string | undefined;
  path: string;
  pathType: string | undefined;
  backend: IngressBackend;
}

export function ingressPaths(object: Ingress): IngressPath[] {
  return (object.spec?.rules ?? []).flatMap(({ host, http }, rule) =>
    (http?.paths ?? []).map(({ path = "", pathType, backend }, index) => {
      return { object, at: ["spec", "rules", rule, "http", "paths", index], host, path, pathType, backend };
    }),
  );
}
