import type { KubeObject, Service } from "@loopway/model";

export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";
const MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS_LABEL = "service.kubernetes.io/headless";

/** The Service's labels with those that tie the slice to it. */
export function sliceLabels({ metadata, spec }: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _headless, ...labels } = metadata.labels ?? {};
  return {
    ...labels,
    [SERVICE_NAME_LABEL]: metadata.name,
    [MANAGED_BY_LABEL]: MANAGER,
    ...(spec.clusterIP === "None" ? { [HEADLESS_LABEL]: "" } : {}),
  };
}

/** Slices of other makers are left alone. */
export function isManagedSlice({ metadata }: KubeObject): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MANAGER;
}
