/** The history of a StatefulSet's or DaemonSet's template, as ControllerRevisions. Kubernetes, pkg/controller/history. */
import type { Change, Snapshot } from "@loopway/kube";
import type { ControllerRevision, DaemonSet, Pod, PodTemplateSpec, StatefulSet } from "@loopway/model";
import { canonicalJson } from "./canonical-json.ts";
import { deletionChange } from "./changes.ts";
import { templateHash } from "./deployment/template-hash.ts";
import { controllerReference, listControlled } from "./owner.ts";

const REVISION_LABEL = "controller-revision-hash";
const DEFAULT_HISTORY_LIMIT = 10; // apps/v1 defaults

export interface Revisions {
  /** Name of the one of the present template. */
  update: string;
  /** The template under that name; the present one where it is not known any more. */
  templateOf(name: string): PodTemplateSpec;
  changes: Change[];
}

/** The present template has the highest number: one that comes back is numbered anew. `live`: names that pods still carry. */
export function planRevisions(owner: StatefulSet | DaemonSet, snapshot: Snapshot, live: ReadonlySet<string>): Revisions {
  const known = listControlled<ControllerRevision>(snapshot, "ControllerRevision", owner).sort((a, b) => a.revision - b.revision);
  const data: ControllerRevision["data"] = { spec: { template: { ...owner.spec.template, $patch: "replace" } } };
  const text = canonicalJson(data);
  const current = known.find((revision) => canonicalJson(revision.data) === text);
  const last = known.at(-1)?.revision ?? 0;
  const update = current?.metadata.name ?? `${owner.metadata.name}-${templateHash(owner.spec.template)}`;
  const changes: Change[] = [];
  if (current === undefined) changes.push({ op: "create", object: buildRevision(owner, update, last + 1, data) });
  else if (current.revision < last) changes.push({ op: "update", object: { ...current, revision: last + 1 } as ControllerRevision });
  const spent = known.filter(({ metadata }) => metadata.name !== update && !live.has(metadata.name));
  const surplus = Math.max(0, spent.length - (owner.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT));
  changes.push(...spent.slice(0, surplus).map(deletionChange));
  return { update, templateOf: (name) => templateIn(known, name) ?? owner.spec.template, changes };
}

export function revisionOfPod({ metadata }: Pod): string | undefined {
  return metadata.labels?.[REVISION_LABEL];
}

export function revisionLabel(name: string): Record<string, string> {
  return { [REVISION_LABEL]: name };
}

function templateIn(known: readonly ControllerRevision[], name: string): PodTemplateSpec | undefined {
  const found = known.find(({ metadata }) => metadata.name === name)?.data?.spec.template;
  if (found === undefined) return undefined;
  const { $patch: _, ...template } = found;
  return template;
}

function buildRevision(
  owner: StatefulSet | DaemonSet,
  name: string,
  revision: number,
  data: ControllerRevision["data"],
): ControllerRevision {
  const { namespace } = owner.metadata;
  const labels = { ...owner.spec.template.metadata?.labels, ...revisionLabel(name) };
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels, ownerReferences: [controllerReference(owner)] },
    revision,
    ...(data === undefined ? {} : { data }),
  };
}
