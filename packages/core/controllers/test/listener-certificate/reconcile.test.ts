import {
  CERTIFICATE_ARN_ANNOTATION,
  type Certificate,
  ISSUE_CERTIFICATE_ANNOTATION,
  type KubeObject,
  type LoadBalancer,
  type RecordSet,
  type Secret,
  type Service,
  STACK_LABEL,
} from "@loopway/model";
import { expect, test } from "vitest";
import { certificateController } from "../../src/certificate/reconcile.ts";
import { garbageCollector } from "../../src/garbage-collector/reconcile.ts";
import { listenerCertificateController } from "../../src/listener-certificate/reconcile.ts";
import { certificateArn } from "../../src/load-balancer/names.ts";
import { networkLoadBalancerController } from "../../src/network-load-balancer/reconcile.ts";
import { serviceController } from "../../src/service/reconcile.ts";
import { importedSecret, node, service } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const FOREIGN = "arn:aws:acm:eu-west-1:999999999999:certificate/11111111-2222-3333-4444-555555555555";
const PREFIX = "service.beta.kubernetes.io/aws-load-balancer-";
const imported = importedSecret("shop-tls", ["shop.example.com"]);
const written: Certificate = {
  apiVersion: "acm.services.k8s.aws/v1alpha1",
  kind: "Certificate",
  metadata: { name: "wild", namespace: "kube-system" },
  spec: { domainName: "*.shop.example.com", subjectAlternativeNames: ["shop.example.com"] },
};

function edge(certificates: string, more: Record<string, string> = {}): Service {
  const plain = service("edge", { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" });
  const annotations = Object.entries({ "ssl-cert": certificates, ...more }).map(([suffix, value]) => [PREFIX + suffix, value]);
  return { ...plain, metadata: { ...plain.metadata, annotations: Object.fromEntries(annotations) } };
}

function start(...objects: KubeObject[]): World {
  const world = createWorld([
    serviceController,
    certificateController,
    networkLoadBalancerController,
    listenerCertificateController,
    garbageCollector,
  ]);
  world.create({ ...node("node-a", "us-east-1a"), spec: { providerID: "aws:///us-east-1a/i-1" } }, ...objects);
  world.settle();
  return world;
}

const heldBy = (world: World) => world.list<Secret>("Secret", "kube-system");
const namesAsked = ({ metadata }: Secret) => JSON.parse(metadata.annotations?.[ISSUE_CERTIFICATE_ANNOTATION] ?? "null");
const importedArn = certificateArn("default/shop-tls");

test("an imported certificate is copied with its key for the one load balancer that names it, and nowhere else", () => {
  const world = start(imported, edge(importedArn));
  const [loadBalancer] = world.list<LoadBalancer>("LoadBalancer");
  expect(heldBy(world)).toMatchObject([
    {
      metadata: {
        labels: { [STACK_LABEL]: loadBalancer?.metadata.name },
        annotations: { [CERTIFICATE_ARN_ANNOTATION]: importedArn },
        ownerReferences: [{ kind: "Listener", name: `${loadBalancer?.metadata.name}-80` }],
      },
      type: "kubernetes.io/tls",
      data: { "tls.crt": "Y2VydA==", "tls.key": "aHVzaA==" },
    },
  ]);
  const others = ["Certificate", "Event", "Listener", "LoadBalancer", "Service", "TargetGroup"].flatMap((kind) => world.list(kind));
  expect(JSON.stringify(others)).not.toMatch(/aHVzaA|hush/);
});

test("a key that is imported anew reaches the listener", () => {
  const world = start(imported, edge(importedArn));
  world.apply({ op: "update", object: { ...imported, data: { "tls.crt": "bmV3", "tls.key": "a2V5" } } as Secret });
  world.settle();
  expect(heldBy(world).map(({ data }) => data)).toEqual([{ "tls.crt": "bmV3", "tls.key": "a2V5" }]);
});

test("without a key here, one is asked for: for the names of the Certificate", () => {
  const arn = certificateArn("kube-system/wild");
  const world = start(written, edge(arn));
  expect(heldBy(world).map(namesAsked)).toEqual([["*.shop.example.com", "shop.example.com"]]);
  expect(heldBy(world)[0]?.data).toEqual({ "tls.crt": "", "tls.key": "" });
  expect(world.eventsAbout("Service")).toContainEqual(expect.stringContaining("CertificateIssuedLocally"));
});

test("of a real account's certificate the names are those that lead to the load balancer, else its own", () => {
  const world = start(edge(FOREIGN));
  const dnsName = world.list<LoadBalancer>("LoadBalancer")[0]?.status?.dnsName ?? "";
  expect(heldBy(world).map(namesAsked)).toEqual([[dnsName]]);
  const record = (name: string, spec: Partial<RecordSet["spec"]>): RecordSet => ({
    apiVersion: "route53.services.k8s.aws/v1alpha1",
    kind: "RecordSet",
    metadata: { name: name.replace(/\W+/g, "-"), namespace: "kube-system" },
    spec: { hostedZoneRef: { from: { name: "zone" } }, name, recordType: "A", ...spec },
  });
  world.create(
    record("shop.example.com.", { aliasTarget: { dnsName: `dualstack.${dnsName}.` } }),
    record("\\052.example.com.", { recordType: "CNAME", resourceRecords: [{ value: "shop.example.com." }] }),
    record("other.example.com.", { resourceRecords: [{ value: "192.0.2.1" }] }),
  );
  world.settle();
  expect(heldBy(world).map(namesAsked)).toEqual([["*.example.com", "shop.example.com"]]);
  expect(world.eventsAbout("Service")).toContainEqual(
    `CertificateIssuedLocally: certificate ${FOREIGN} of listener TLS:80: its private key is not in Loopway; one of the local CA, for *.example.com, shop.example.com, is served in its place (\`loopway trust\` has this machine trust it)`,
  );
});

test("a name for which ExternalDNS is asked counts as one that leads there", () => {
  const plain = edge(FOREIGN);
  const hostname = "external-dns.alpha.kubernetes.io/hostname";
  const annotations = { ...plain.metadata.annotations, [hostname]: "a.example.com, *.b.example.com" };
  const world = start({ ...plain, metadata: { ...plain.metadata, annotations } });
  expect(heldBy(world).map(namesAsked)).toEqual([["*.b.example.com", "a.example.com"]]);
  const stored = world.get<Service>("Service", "edge", "default") as Service;
  const changed = { ...stored.metadata.annotations, [hostname]: "c.example.com" };
  world.apply({ op: "update", object: { ...stored, metadata: { ...stored.metadata, annotations: changed } } });
  world.settle();
  expect(heldBy(world).map(namesAsked)).toEqual([["c.example.com"]]);
});

test("what was issued serves on while other names are asked for, and gives way to what is imported", () => {
  const world = start(edge(importedArn));
  const [secret] = heldBy(world);
  const issued = { ...secret, data: { "tls.crt": "b2xk", "tls.key": "b2xk" } } as Secret;
  world.apply({ op: "update", object: issued });
  world.settle();
  expect(heldBy(world).map(({ data }) => data)).toEqual([issued.data]);
  world.create(imported);
  world.settle();
  expect(heldBy(world).map(({ data }) => data)).toEqual([imported.data]);
  expect(heldBy(world).map(namesAsked)).toEqual([null]);
});

test("a certificate that the listener no longer names goes, and all go with the Service", () => {
  const world = start(imported, edge(`${importedArn},${FOREIGN}`));
  expect(heldBy(world)).toHaveLength(2);
  const stored = world.get<Service>("Service", "edge", "default") as Service;
  world.apply({
    op: "update",
    object: { ...stored, metadata: { ...stored.metadata, annotations: edge(FOREIGN).metadata.annotations ?? {} } },
  });
  world.settle();
  expect(heldBy(world)).toHaveLength(1);
  world.apply({ op: "delete", kind: "Service", namespace: "default", name: "edge" });
  world.settle();
  expect(heldBy(world)).toEqual([]);
});

test("a security policy that is not in the table is told", () => {
  const world = start(imported, edge(importedArn, { "ssl-negotiation-policy": "ELBSecurityPolicy-Next" }));
  expect(world.eventsAbout("Service")).toContainEqual(
    expect.stringMatching(/^UnknownSecurityPolicy: security policy ELBSecurityPolicy-Next /),
  );
});
