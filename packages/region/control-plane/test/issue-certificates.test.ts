import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createApiClient } from "@loopway/hop-kit";
import type { KubeEvent, LoadBalancer, Secret } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { startControlPlane } from "./control-plane.ts";

const ARN = "arn:aws:acm:eu-west-1:999999999999:certificate/11111111-2222-3333-4444-555555555555";
const PREFIX = "service.beta.kubernetes.io/aws-load-balancer-";
const edge = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "edge", namespace: "default", annotations: { [`${PREFIX}ssl-cert`]: ARN, [`${PREFIX}nlb-target-type`]: "ip" } },
  spec: {
    type: "LoadBalancer",
    loadBalancerClass: "service.k8s.aws/nlb",
    selector: { app: "edge" },
    ports: [{ port: 443, targetPort: 80 }],
  },
};
const zone = {
  apiVersion: "route53.services.k8s.aws/v1alpha1",
  kind: "HostedZone",
  metadata: { name: "example-com", namespace: "kube-system" },
  spec: { name: "example.com." },
};

test("a listener's certificate whose key is not here is issued by the local CA, anew when other names lead there, and shows no key", async () => {
  const { stateDir } = await startControlPlane();
  const api = createApiClient({ server: `unix:${join(stateDir, "api.sock")}` });
  onTestFinished(() => api.close());
  await api.create(edge);
  const held = () =>
    eventually(async () => {
      const [secret] = (await api.list<Secret>({ kind: "Secret", namespace: "kube-system" })).items;
      const decode = (key: string) => Buffer.from(secret?.data?.[key] ?? "", "base64");
      expect(decode("tls.key").length).toBeGreaterThan(0);
      return { certificate: new X509Certificate(decode("tls.crt")), key: decode("tls.key") };
    });
  const first = await held();
  const ca = new X509Certificate(readFileSync(join(stateDir, "ca.crt")));
  const [loadBalancer] = (await api.list<LoadBalancer>({ kind: "LoadBalancer" })).items;
  const dnsName = loadBalancer?.status?.dnsName ?? "";
  expect(first.certificate.checkIssued(ca) && first.certificate.verify(ca.publicKey)).toBe(true);
  expect(first.certificate.checkPrivateKey(createPrivateKey(first.key))).toBe(true);
  expect(first.certificate.subjectAltName).toBe(`DNS:${dnsName}`);

  await api.create(zone);
  await api.create({
    ...zone,
    kind: "RecordSet",
    metadata: { name: "shop", namespace: "kube-system" },
    spec: {
      hostedZoneRef: { from: { name: "example-com", namespace: "kube-system" } },
      name: "shop.example.com.",
      recordType: "CNAME",
      ttl: 60,
      resourceRecords: [{ value: dnsName }],
    },
  } as never);
  const second = await eventually(async () => {
    const found = await held();
    expect(found.certificate.subjectAltName).toBe("DNS:shop.example.com");
    return found;
  });
  expect(second.certificate.checkPrivateKey(createPrivateKey(second.key))).toBe(true);
  expect(second.certificate.serialNumber).not.toBe(first.certificate.serialNumber);
  const { items: events } = await api.list<KubeEvent>({ kind: "Event", namespace: "default" });
  expect(events.map(({ reason }) => reason)).toContain("CertificateIssuedLocally");
  expect(JSON.stringify(events)).not.toContain("PRIVATE KEY");
});
