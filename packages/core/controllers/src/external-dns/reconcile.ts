// Host of an Ingress or Service → alias record in Route 53, as ExternalDNS does with sources ingress and service, registry txt and policy sync. Key: the DNS
// name, absolute and lower case. Invariant: no record without our registry record beside it is ever written or deleted.
import type { Change, Controller, ReconcileInput, ReconcileResult, Snapshot } from "@loopway/kube";
import { objectKey, type RecordSet } from "@loopway/model";
import { updateChange } from "../changes.ts";
import { eventOnce } from "../event-once.ts";
import { buildRecords } from "./build-records.ts";
import { type Endpoint, pickEndpoint } from "./endpoints.ts";
import { findRecords, hostedZoneFor, type StoredRecords } from "./find-records.ts";
import { watches } from "./watches.ts";

export const externalDnsController: Controller = { name: "external-dns", watches, reconcile };

function reconcile({ key: name, snapshot }: ReconcileInput): ReconcileResult {
  const stored = findRecords(name, snapshot);
  const endpoint = pickEndpoint(name, snapshot, stored.owner);
  if (endpoint === undefined) return { changes: stored.owned.map(deleteRecord) };
  const hostedZone = hostedZoneFor(name, snapshot);
  if (hostedZone === undefined) {
    const message = `waiting for a hosted zone: none holds ${name} (import one with --zone, or create a HostedZone)`;
    return {
      changes: [
        ...stored.owned.map(deleteRecord),
        ...tell(snapshot, endpoint, { type: "Normal", reason: "WaitingForHostedZone", message }),
      ],
    };
  }
  const { alias, registry } = buildRecords(name, endpoint, hostedZone);
  const blocking = stored.foreign.find(({ spec }) => spec.hostedZoneRef.from.name === hostedZone.metadata.name);
  if (blocking !== undefined) {
    const record = `${blocking.spec.name} ${blocking.spec.recordType}`;
    const message = `record ${record} in hosted zone ${hostedZone.spec.name} is not ExternalDNS's own (no TXT record says so) and stays as it is; ${name} does not point to ${endpoint.target}`;
    return { changes: tell(snapshot, endpoint, { type: "Warning", reason: "RecordNotOwned", message }) };
  }
  return { changes: planRecords([alias, registry], stored) };
}

function planRecords(desired: readonly RecordSet[], { owned }: StoredRecords): Change[] {
  const isWanted = (record: RecordSet) => desired.some((wanted) => objectKey(wanted) === objectKey(record));
  const writes = desired.flatMap((wanted): Change[] => {
    const stored = owned.find((record) => objectKey(record) === objectKey(wanted));
    if (stored === undefined) return [{ op: "create", object: wanted }];
    const annotations = { ...stored.metadata.annotations, ...wanted.metadata.annotations };
    return updateChange(stored, { ...stored, metadata: { ...stored.metadata, annotations }, spec: wanted.spec });
  });
  return [...writes, ...owned.filter((record) => !isWanted(record)).map(deleteRecord)];
}

function deleteRecord({ metadata: { namespace, name, uid } }: RecordSet): Change {
  return {
    op: "delete",
    kind: "RecordSet",
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
  };
}

interface Told {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
}

function tell(snapshot: Snapshot, { source }: Endpoint, told: Told): Change[] {
  return eventOnce(snapshot, { op: "event", ...told, about: source, component: "external-dns" });
}
