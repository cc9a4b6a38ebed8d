/** Empties a namespace that is being deleted, then lets it go. As kube-controller-manager's namespace controller. */
import type { Change, Controller } from "@loopway/kube";
import { kinds, type Namespace } from "@loopway/model";

const namespaced = kinds.filter((kind) => kind.namespaced).map(({ kind }) => kind);

export const namespaceController: Controller = {
  name: "namespace",
  watches: [
    { kind: "Namespace", keysOf: (object) => (object?.metadata.deletionTimestamp === undefined ? [] : [object.metadata.name]) },
    ...namespaced.map((kind) => ({
      kind,
      keysOf: (object: unknown, previous: { metadata: { namespace?: string } } | undefined) =>
        object === undefined && previous?.metadata.namespace !== undefined ? [previous.metadata.namespace] : [],
    })),
  ],
  reconcile({ snapshot, key }) {
    const namespace = snapshot.get<Namespace>("Namespace", undefined, key);
    if (namespace?.metadata.deletionTimestamp === undefined) return { changes: [] };
    const contents = namespaced.flatMap((kind) => snapshot.list(kind, { namespace: key }));
    if (contents.length === 0) {
      return { changes: [{ op: "update", object: { ...namespace, spec: { finalizers: [] } } }] };
    }
    const changes: Change[] = contents
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ kind, metadata: { name, uid } }) => ({ op: "delete", kind, namespace: key, name, ...(uid === undefined ? {} : { uid }) }));
    const terminating: Namespace = { ...namespace, status: { phase: "Terminating" } };
    return { changes: [...changes, { op: "updateStatus", object: terminating }] };
  },
};
