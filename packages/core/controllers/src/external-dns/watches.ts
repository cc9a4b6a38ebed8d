import type { Snapshot, WatchedKind } from "@loopway/kube";
import type { HostedZone, Ingress, KubeObject, RecordSet, Service } from "@loopway/model";
import { unique } from "../unique.ts";
import { hostsOf, type Source } from "./endpoints.ts";
import { MANAGED_TYPES } from "./find-records.ts";
import { registeredName } from "./ownership.ts";

export const watches: readonly WatchedKind[] = [
  { kind: "Ingress", keysOf: (object, previous) => unique([...namesOf(object), ...namesOf(previous)]) },
  { kind: "Service", keysOf: (object, previous) => unique([...namesOf(object), ...namesOf(previous)]) },
  // A record that was deleted, or one that stands in the way no longer.
  { kind: "RecordSet", keysOf: (object, previous) => unique([...namesOfRecord(object), ...namesOfRecord(previous)]) },
  { kind: "HostedZone", keysOf: (object, previous, snapshot) => namesInZone((object ?? previous) as HostedZone, snapshot) },
];

function namesOf(object: KubeObject | undefined): string[] {
  return object === undefined ? [] : hostsOf(object as Source).map(({ name }) => name);
}

function namesOfRecord(object: KubeObject | undefined): string[] {
  if (object === undefined) return [];
  const { name, recordType } = (object as RecordSet).spec;
  if (MANAGED_TYPES.includes(recordType)) return [name.toLowerCase()];
  const registered = recordType === "TXT" ? registeredName(name.toLowerCase()) : undefined;
  return registered === undefined ? [] : [registered];
}

function namesInZone({ spec }: HostedZone, snapshot: Snapshot): readonly string[] {
  const names = [...snapshot.list<Ingress>("Ingress"), ...snapshot.list<Service>("Service")].flatMap(namesOf);
  return unique(names.filter((name) => `.${name}`.endsWith(`.${spec.name.toLowerCase()}`)));
}
