import { fnv1a } from "@loopway/kube";
import type { Deployment, PodTemplateSpec } from "@loopway/model";
import { canonicalJson } from "../canonical-json.ts";
import { SAFE_ALPHABET } from "../random-suffix.ts";

export const TEMPLATE_HASH_LABEL = "pod-template-hash";

/**
 * The label that tells a template's pods from those of other revisions: FNV-1a of the template in decimal, spelled in the safe alphabet, as
 * the Deployment controller does. The digits differ from a real cluster's, which hashes Go's print of the struct.
 */
export function templateHash(template: PodTemplateSpec): string {
  let spelled = "";
  for (const digit of String(fnv1a(canonicalJson(template)))) spelled += SAFE_ALPHABET.charAt(digit.charCodeAt(0) % SAFE_ALPHABET.length);
  return spelled;
}

/** The Deployment's template with the hash label, as its ReplicaSet and pods carry it. */
export function templateWithHash({ spec }: Deployment, hash: string): PodTemplateSpec {
  const { template } = spec;
  return { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash } } };
}

export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
