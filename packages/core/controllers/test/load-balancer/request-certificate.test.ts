import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const hosts = ["b.example.com", "a.example.com"];
const spec = { rules: hosts.map((host) => rule(host, ["/", "Prefix", backend("web")])) };
const wanted = { "create-acm-cert": "true" };
const flags = { enableCertificateManagement: true };
const hash = createHash("sha256").update("default/shop").digest("hex").slice(0, 8);
const publicId = `amazon_issued/a.example.com-${hash}`;

test("one certificate for all hosts; its listener is HTTPS 443 and refers to it", () => {
  const stack = strictStack([ingress("shop", spec, { ...wanted, tags: "team=a" })], { flags });
  expect(specOf(stack, "Certificate", publicId)).toEqual({
    type: "AMAZON_ISSUED",
    domainName: "a.example.com",
    subjectAlternativeNames: ["a.example.com", "b.example.com"],
    validationMethod: "DNS",
    tags: { team: "a" },
  });
  expect(specOf(stack, "Listener", "443").certificates).toEqual([
    { certificateARN: { $ref: `#/resources/AWS::ACM::Certificate/${publicId}/status/certificateARN` } },
  ]);
});

test.each([
  ["the annotation's", { "acm-pca-arn": "arn:mine" }, "arn:mine"],
  ["else the flag's", { "acm-pca-arn": "" }, "arn:default"],
])("a private CA: %s", (_name, annotations, certificateAuthorityARN) => {
  const stack = strictStack([ingress("shop", spec, { ...wanted, ...annotations })], { flags: { ...flags, defaultPcaArn: "arn:default" } });
  expect(specOf(stack, "Certificate", `private/a.example.com-${hash}`)).toMatchObject({ type: "PRIVATE", certificateAuthorityARN });
});

test("explicit certificates take its place", () => {
  const stack = strictStack([ingress("shop", spec, { ...wanted, "certificate-arn": "arn:one" })], { flags });
  expect(specOf(stack, "Listener", "443").certificates).toEqual([{ certificateARN: "arn:one" }]);
  expect(() => specOf(stack, "Certificate")).toThrow();
});

test("without a host there is nothing to certify", () => {
  const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
  expect(strictStack([ingress("shop", spec, wanted)], { flags })).toMatch(
    /^ingress default\/shop has create-acm-cert enabled but no hostnames defined in spec\.rules\[\]\.host or spec\.tls\[\]\.hosts/,
  );
});

test("behind a feature gate that is off by default", () => {
  expect(specOf(strictStack([ingress("shop", spec, wanted)]), "Listener")).toMatchObject({ port: 80, protocol: "HTTP" });
});
