import type { KubeObject } from "@loopway/model";

const PREFIX = "alb.ingress.kubernetes.io/";

/** Whether any Ingress asks for what needs the engine of regular expressions, so that it is loaded only then. */
export function usesRegexAnnotations(objects: readonly KubeObject[]): boolean {
  return objects.some(({ metadata }) =>
    Object.entries(metadata?.annotations ?? {}).some(
      ([key, value]) =>
        key.startsWith(`${PREFIX}transforms.`) ||
        key === `${PREFIX}use-regex-path-match` ||
        (key.startsWith(`${PREFIX}conditions.`) && String(value).toLowerCase().includes("regexvalues")),
    ),
  );
}
