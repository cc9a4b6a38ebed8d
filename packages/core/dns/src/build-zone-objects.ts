import { type HostedZone, type RecordSet, SOURCE_ANNOTATION } from "@loopway/model";
import { formatData } from "./format-data.ts";
import { formatName, nameKey } from "./name.ts";
import type { ZoneFile, ZoneRecord } from "./parse-zone.ts";
import { hostedZoneObjectName, recordSetObjectName } from "./record-set-name.ts";

const API_VERSION = "route53.services.k8s.aws/v1alpha1";
const NAMESPACE = "kube-system";

/**
 * A HostedZone and one RecordSet per name and type, values in Route 53's text form. SOA and NS of the apex come along, unlike with Route 53's
 * own import, which ignores them ("Creating records by importing a zone file"). Nothing for a zone without a name.
 */
export function buildZoneObjects({ path, name, records }: ZoneFile): (HostedZone | RecordSet)[] {
  if (name === undefined) return [];
  const zoneObject = hostedZoneObjectName(name);
  const hostedZone: HostedZone = {
    apiVersion: API_VERSION,
    kind: "HostedZone",
    metadata: { name: zoneObject, namespace: NAMESPACE, annotations: { [SOURCE_ANNOTATION]: path } },
    spec: { name: formatName(nameKey(name), 8) },
  };
  const sets = new Map<string, ZoneRecord[]>();
  for (const record of records) {
    const key = `${nameKey(record.name)} ${record.type}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [record]);
    else set.push(record);
  }
  return [hostedZone, ...[...sets.values()].map((set) => buildRecordSet(set, path, zoneObject))];
}

function buildRecordSet(records: readonly ZoneRecord[], path: string, zoneObject: string): RecordSet {
  const [first] = records;
  if (first === undefined) throw new Error("a set holds the record that made it");
  const { type, ttl, line } = first;
  const name = nameKey(first.name);
  return {
    apiVersion: API_VERSION,
    kind: "RecordSet",
    metadata: {
      name: recordSetObjectName(name, type),
      namespace: NAMESPACE,
      annotations: { [SOURCE_ANNOTATION]: `${path}:${line}` },
    },
    spec: {
      hostedZoneRef: { from: { name: zoneObject, namespace: NAMESPACE } },
      name: formatName(name, 8),
      recordType: type,
      ttl,
      resourceRecords: records.map(({ data }) => ({ value: formatData(type, data, 8) })),
    },
  };
}
