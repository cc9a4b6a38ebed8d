import { type KubeObject, kindNamed, LAST_APPLIED_ANNOTATION } from "@loopway/model";

/** Groups whose kinds the API merges strategically (lists by key); for all others a JSON merge patch replaces lists. */
const strategicGroups: ReadonlySet<string> = new Set(["", "apps", "networking.k8s.io", "discovery.k8s.io"]);

/** The key by which a list's items are merged, by the name of the field that holds it (Kubernetes API reference, "patch strategy"). */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  volumeMounts: ["mountPath"],
  ports: ["containerPort", "port"],
};

/** What `kubectl apply` would send: every field of `desired`, and null (or `$patch: delete`) for what the last apply had set and this one leaves out. */
export function buildApplyPatch(existing: KubeObject, desired: KubeObject): { type: "strategic" | "merge"; patch: unknown } {
  const lastApplied = existing.metadata.annotations?.[LAST_APPLIED_ANNOTATION];
  const previous = lastApplied === undefined ? {} : (JSON.parse(lastApplied) as KubeObject);
  const strategic = strategicGroups.has(kindNamed(desired.kind).group);
  return { type: strategic ? "strategic" : "merge", patch: patchValue(previous, desired, strategic, "") };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function patchValue(previous: unknown, desired: unknown, strategic: boolean, field: string): unknown {
  if (isMap(desired)) {
    const old = isMap(previous) ? previous : {};
    const removed = Object.keys(old).filter((key) => !(key in desired));
    const kept = Object.entries(desired).map(([key, value]) => [key, patchValue(old[key], value, strategic, key)]);
    return { ...Object.fromEntries(removed.map((key) => [key, null])), ...Object.fromEntries(kept) };
  }
  if (Array.isArray(desired) && strategic) return patchList(previous, desired, field);
  return desired;
}

function patchList(previous: unknown, desired: readonly unknown[], field: string): unknown {
  const key = mergeKeys[field]?.find((candidate) => desired.every((item) => isMap(item) && candidate in item));
  if (key === undefined || !Array.isArray(previous)) return desired;
  const keyOf = (item: unknown) => (isMap(item) ? item[key] : undefined);
  const removed = previous.filter((item) => !desired.some((other) => keyOf(other) === keyOf(item)));
  const kept = desired.map((item) =>
    patchValue(
      previous.find((other) => keyOf(other) === keyOf(item)),
      item,
      true,
      "",
    ),
  );
  return [...kept, ...removed.map((item) => ({ [key]: keyOf(item), $patch: "delete" }))];
}
