import type { Certificate, Listener, Secret } from "@loopway/model";
import { expect, test } from "vitest";
import { certificateController } from "../../src/certificate/reconcile.ts";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { backend, ingress, nodePortService, rule, settledWorld } from "../load-balancer/objects.ts";
import { IMPORTED_UNTIL, importedSecret } from "../objects.ts";

const secret = importedSecret("shop-tls", ["shop.example.com", "*.shop.example.com"]);
const shop = ingress(
  "shop",
  { rules: [rule("a.shop.example.com", ["/", "Prefix", backend("web")])] },
  { "listen-ports": '[{"HTTPS": 443}]' },
);
const withHttps = (...objects: Parameters<ReturnType<typeof settledWorld>["create"]>) => {
  const world = settledWorld([certificateController, loadBalancerController], { strict: true }, nodePortService("web", 30_003));
  world.settings.serves.https = true;
  world.create(...objects);
  world.settle();
  return world;
};
const unmarked: Secret = { ...secret, metadata: { ...secret.metadata, annotations: {} } };

test("a marked Secret is an issued Certificate with an ARN; it refers to the key and does not hold it", () => {
  const world = withHttps(secret);
  const [certificate] = world.list<Certificate>("Certificate");
  expect(certificate).toMatchObject({
    metadata: { name: "default.shop-tls", namespace: "kube-system" },
    spec: {
      domainName: "shop.example.com",
      subjectAlternativeNames: ["shop.example.com", "*.shop.example.com"],
      certificate: { namespace: "default", name: "shop-tls", key: "tls.crt" },
      privateKey: { namespace: "default", name: "shop-tls", key: "tls.key" },
    },
    status: {
      status: "ISSUED",
      type: "IMPORTED",
      ackResourceMetadata: {
        arn: expect.stringMatching(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      },
    },
  });
  expect(JSON.stringify([certificate, world.list("Event")])).not.toMatch(/aHVzaA|hush/);
});

test("discovery finds it by host", () => {
  const world = withHttps(secret, shop);
  const arn = world.list<Certificate>("Certificate")[0]?.status?.ackResourceMetadata?.arn;
  expect(world.list<Listener>("Listener").map(({ spec }) => spec.certificates)).toEqual([[{ certificateARN: arn, isDefault: true }]]);
});

test("past its end it is expired, and discovery passes it over", () => {
  const world = withHttps(secret);
  world.advance();
  expect(world.now).toBe(Date.parse(IMPORTED_UNTIL));
  expect(world.list<Certificate>("Certificate")[0]?.status?.status).toBe("EXPIRED");
  world.create(shop);
  world.settle();
  expect(world.eventsAbout("Ingress")).toContain(
    "FailedBuildModel: Failed build model due to ingress: default/shop: no certificate found for host: a.shop.example.com",
  );
});

test.each([
  ["is deleted", { op: "delete", kind: "Secret", namespace: "default", name: "shop-tls" } as const],
  ["loses its mark", { op: "update", object: unmarked } as const],
])("a Secret that %s takes its Certificate along", (_name, change) => {
  const world = withHttps(secret);
  world.apply(change);
  world.settle();
  expect(world.list("Certificate")).toEqual([]);
});

test("an unmarked Secret is none", () => {
  expect(withHttps(unmarked).list("Certificate")).toEqual([]);
});

test("a Certificate that a user wrote is issued, with an ARN of its own", () => {
  const written: Certificate = {
    apiVersion: "acm.services.k8s.aws/v1alpha1",
    kind: "Certificate",
    metadata: { name: "wild", namespace: "kube-system" },
    spec: { domainName: "*.shop.example.com" },
  };
  const world = withHttps(written, shop);
  const status = world.get<Certificate>("Certificate", "wild", "kube-system")?.status;
  expect(status).toMatchObject({ status: "ISSUED", ackResourceMetadata: { arn: expect.stringContaining(":certificate/") } });
  expect(world.list<Listener>("Listener")[0]?.spec.certificates?.[0]?.certificateARN).toBe(status?.ackResourceMetadata?.arn);
});
