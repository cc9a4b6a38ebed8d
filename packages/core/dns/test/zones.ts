import type { HostedZone, LoadBalancer, RecordSet } from "@loopway/model";
import { buildZoneObjects } from "../src/build-zone-objects.ts";
import { type CompiledZones, compileZones, type ZoneObjects } from "../src/compile-zones.ts";
import { parseZone } from "../src/parse-zone.ts";

/** The objects of a master file that must be without errors. */
export function objectsOf(text: string, path = "test.zone"): Pick<ZoneObjects, "hostedZones" | "recordSets"> {
  const { zone, problems } = parseZone(text, path);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const objects = buildZoneObjects(zone);
  return {
    hostedZones: objects.filter((object): object is HostedZone => object.kind === "HostedZone"),
    recordSets: objects.filter((object): object is RecordSet => object.kind === "RecordSet"),
  };
}

export function compileText(text: string, more: Partial<ZoneObjects> = {}): CompiledZones {
  const { hostedZones, recordSets } = objectsOf(text);
  return compileZones({
    hostedZones: [...hostedZones, ...(more.hostedZones ?? [])],
    recordSets: [...recordSets, ...(more.recordSets ?? [])],
    loadBalancers: more.loadBalancers ?? [],
  });
}

export function hostedZone(name: string, more: Partial<HostedZone["metadata"]> = {}): HostedZone {
  const metadata = { name: name.replace(/\.$/, ""), namespace: "kube-system", ...more };
  return { apiVersion: "route53.services.k8s.aws/v1alpha1", kind: "HostedZone", metadata, spec: { name } };
}

let count = 0;

export function recordSet(
  zone: string,
  spec: Omit<RecordSet["spec"], "hostedZoneRef">,
  more: Partial<RecordSet["metadata"]> = {},
): RecordSet {
  const metadata = { name: `record-${String(++count).padStart(3, "0")}`, namespace: "kube-system", ...more };
  const hostedZoneRef = { from: { name: zone.replace(/\.$/, ""), namespace: "kube-system" } };
  return { apiVersion: "route53.services.k8s.aws/v1alpha1", kind: "RecordSet", metadata, spec: { hostedZoneRef, ...spec } };
}

export function loadBalancer(dnsName: string, addresses: readonly string[]): LoadBalancer {
  return {
    apiVersion: "elbv2.services.k8s.aws/v1alpha1",
    kind: "LoadBalancer",
    metadata: { name: dnsName.split(".")[0] ?? "", namespace: "kube-system" },
    spec: { name: "lb", type: "application", scheme: "internet-facing" },
    status: {
      dnsName,
      availabilityZones: addresses.map((ipAddress, index) => ({
        zoneName: `us-east-1${"abc"[index]}`,
        loadBalancerAddresses: [{ ipAddress }],
      })),
    },
  };
}
