import { perObject, type Snapshot } from "@loopway/kube";
import type { HostedZone, KubeObject, RecordSet } from "@loopway/model";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { readOwnership, registryName } from "./ownership.ts";

/** --managed-record-types, at its default: what ExternalDNS looks at, and what stands in its way. */
export const MANAGED_TYPES = ["A", "AAAA", "CNAME"];

export interface StoredRecords {
  /** Record sets of the name that ExternalDNS made, and their registry records. */
  owned: RecordSet[];
  /** Record sets that stand in the way: at the name, or at its registry name. */
  foreign: RecordSet[];
  /** The resource that the registry names. */
  owner: string | undefined;
}

/** What the hosted zones hold for the name. A record without a registry record in its zone is somebody else's. */
export function findRecords(name: string, snapshot: Snapshot): StoredRecords {
  const registries = recordsNamed(registryName(name, "A"), snapshot).filter(({ spec }) => spec.recordType === "TXT");
  const records = recordsNamed(name, snapshot).filter(({ spec }) => MANAGED_TYPES.includes(spec.recordType));
  const found: StoredRecords = { owned: [], foreign: [], owner: undefined };
  for (const registryRecord of registries) {
    const ownership = readOwnership(registryRecord);
    if (ownership?.kind === "ours") {
      found.owned.push(registryRecord);
      found.owner ??= ownership.resource;
    } else found.foreign.push(registryRecord);
  }
  for (const record of records) {
    const isOwned = record.spec.recordType === "A" && found.owned.some((owned) => zoneOf(owned) === zoneOf(record));
    (isOwned ? found.owned : found.foreign).push(record);
  }
  return found;
}

function recordsNamed(value: string, snapshot: Snapshot): readonly RecordSet[] {
  return snapshot.list<RecordSet>("RecordSet", { namespace: AWS_NAMESPACE, by: { index: recordNames, value } });
}

function recordNames(object: KubeObject): readonly string[] {
  return [keyOf(object as RecordSet)];
}

function zoneOf({ spec }: RecordSet): string {
  return spec.hostedZoneRef.from.name;
}

const keyOf = perObject(({ spec }: RecordSet | HostedZone) => spec.name.toLowerCase());

/** The hosted zone with the longest name that the name is in. */
export function hostedZoneFor(name: string, snapshot: Snapshot): HostedZone | undefined {
  return snapshot
    .list<HostedZone>("HostedZone", { namespace: AWS_NAMESPACE })
    .filter((zone) => `.${name}`.endsWith(`.${keyOf(zone)}`))
    .toSorted((left, right) => right.spec.name.length - left.spec.name.length)[0];
}
