/** How the lists of the built-in kinds merge: by the last two fields of their path. Lists that are not here are replaced whole. */
export type ListRule = { kind: "byKey"; key: string } | { kind: "set" };

const byKey: Readonly<Record<string, string>> = {
  "metadata.ownerReferences": "uid",
  "spec.containers": "name",
  "spec.initContainers": "name",
  "spec.ephemeralContainers": "name",
  "spec.volumes": "name",
  "spec.imagePullSecrets": "name",
  "spec.hostAliases": "ip",
  "spec.topologySpreadConstraints": "topologyKey",
  "spec.resourceClaims": "name",
  // Service; a container's own ports merge by containerPort.
  "spec.ports": "port",
  "status.conditions": "type",
  "status.addresses": "type",
  "status.podIPs": "ip",
  "status.hostIPs": "ip",
};

const inContainers: Readonly<Record<string, string>> = {
  ports: "containerPort",
  env: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
};

/** From the `patchMergeKey` tags of k8s.io/api types. */
export function listRuleAt(path: readonly string[]): ListRule | undefined {
  const [parent = "", field = ""] = path.slice(-2);
  if (parent === "metadata" && field === "finalizers") return { kind: "set" };
  const isContainer = parent === "containers" || parent === "initContainers" || parent === "ephemeralContainers";
  const key = isContainer ? inContainers[field] : byKey[`${parent}.${field}`];
  return key === undefined ? undefined : { kind: "byKey", key };
}
