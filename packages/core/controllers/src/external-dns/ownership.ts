// ExternalDNS' TXT registry (registry/txt, registry/mapper): a record that it made has a TXT record beside it that says so.
import type { Ingress, RecordSet, Service } from "@loopway/model";

/** --txt-owner-id, at its default. */
const OWNER = "default";
const HERITAGE = "heritage=external-dns";

/** "a-api.example.com." for the A record of "api.example.com.": the type goes before the first label. */
export function registryName(name: string, recordType: string): string {
  return `${recordType.toLowerCase()}-${name.toLowerCase()}`;
}

/** The name a registry record speaks of, where it is one of an A record. */
export function registeredName(registry: string): string | undefined {
  return registry.startsWith("a-") ? registry.slice(2) : undefined;
}

export function resourceOf({ kind, metadata: { namespace = "default", name } }: Ingress | Service): string {
  return `${kind.toLowerCase()}/${namespace}/${name}`;
}

export function registryValue(resource: string): string {
  return `"${HERITAGE},external-dns/owner=${OWNER},external-dns/resource=${resource}"`;
}

export type Ownership = { kind: "ours"; resource: string | undefined } | { kind: "foreign" };

/** What a TXT record set says; without the heritage label it says nothing of ownership. */
export function readOwnership({ spec }: RecordSet): Ownership | undefined {
  for (const { value } of spec.resourceRecords ?? []) {
    const labels = value.replaceAll('"', "").split(",");
    if (!labels.includes(HERITAGE)) continue;
    if (!labels.includes(`external-dns/owner=${OWNER}`)) return { kind: "foreign" };
    const resource = labels.find((label) => label.startsWith("external-dns/resource="));
    return { kind: "ours", resource: resource?.slice("external-dns/resource=".length) };
  }
  return undefined;
}
