// create-acm-cert and acm-pca-arn: a certificate of ACM for all hosts of one Ingress (pkg/ingress/model_build_certificates.go). Behind the feature
// gate EnableCertificateManagement, which is off by default.
import { type Ingress, type KeyValue, objectKey } from "@loopway/model";
import { sha256 } from "../sha256.ts";
import { readBoolean, readList, readText } from "./annotations.ts";
import { hostsOf } from "./certificates.ts";
import { certificateArn } from "./names.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";
import { buildRuleTags } from "./tags.ts";

/** acm RequestCertificate, as the controller's model has it. */
export interface RequestedCertificate {
  arn: string;
  type: "AMAZON_ISSUED" | "PRIVATE";
  /** Of a private CA. */
  certificateAuthorityARN?: string;
  domainName: string;
  subjectAlternativeNames: string[];
  tags: KeyValue[];
}

/** Its ARN, or nothing where none is asked for. It takes the place of discovery; explicit certificates take its place. */
export function requestCertificate(build: StackBuild, ingress: Ingress): string[] {
  const sources = [ingress.metadata.annotations];
  // An unreadable value counts as false, without a word.
  const isWanted = build.flags.enableCertificateManagement && readBoolean("create-acm-cert", sources, () => {}) === true;
  if (!isWanted || (readList("certificate-arn", sources) ?? []).length > 0) return [];
  const key = objectKey(ingress);
  const [domainName, ...others] = hostsOf(ingress);
  if (domainName === undefined) {
    reportToGroup(build)(
      `ingress ${key} has create-acm-cert enabled but no hostnames defined in spec.rules[].host or spec.tls[].hosts — cannot create a certificate without at least one hostname`,
    );
    return [];
  }
  const authority = readText("acm-pca-arn", sources) || build.flags.defaultPcaArn;
  const type = authority === undefined ? "AMAZON_ISSUED" : "PRIVATE";
  const id = `${type.toLowerCase()}/${domainName}-${sha256(key).slice(0, 8)}`;
  const arn = certificateArn(id);
  build.certificates.set(id, {
    arn,
    type,
    ...(authority === undefined ? {} : { certificateAuthorityARN: authority }),
    domainName,
    subjectAlternativeNames: [domainName, ...others],
    tags: buildRuleTags(build, ingress),
  });
  return [arn];
}
