import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildZoneObjects, parseZone } from "@loopway/dns";
import type { KubeObject, LoadBalancer, RecordSet } from "@loopway/model";

export function zoneObjects(text: string, path: string): KubeObject[] {
  return buildZoneObjects(parseZone(text, path).zone);
}

/** The objects of fixtures/zones/<name>.zone. */
export function fixtureObjects(name: string): KubeObject[] {
  const path = fileURLToPath(new URL(`../../../../fixtures/zones/${name}.zone`, import.meta.url));
  return zoneObjects(readFileSync(path, "utf8"), path);
}

export const loadBalancer: LoadBalancer = {
  apiVersion: "elbv2.services.k8s.aws/v1alpha1",
  kind: "LoadBalancer",
  metadata: { name: "k8s-api", namespace: "kube-system" },
  spec: { name: "k8s-api", type: "application", scheme: "internet-facing" },
  status: {
    dnsName: "k8s-api-1.us-east-1.elb.amazonaws.com",
    availabilityZones: ["127.12.0.1", "127.12.0.2", "127.12.0.3"].map((ipAddress, index) => ({
      zoneName: `us-east-1${"abc"[index]}`,
      loadBalancerAddresses: [{ ipAddress }],
    })),
  },
};

/** As ExternalDNS writes it. */
export const apiAlias: RecordSet = {
  apiVersion: "route53.services.k8s.aws/v1alpha1",
  kind: "RecordSet",
  metadata: { name: "api.example.com-a", namespace: "kube-system" },
  spec: {
    hostedZoneRef: { from: { name: "example.com", namespace: "kube-system" } },
    name: "api.example.com.",
    recordType: "A",
    aliasTarget: { dnsName: "k8s-api-1.us-east-1.elb.amazonaws.com", evaluateTargetHealth: true },
  },
};
