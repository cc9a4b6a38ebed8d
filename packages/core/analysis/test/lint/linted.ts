import { type Finding, type LintOptions, lint } from "../../src/index.ts";
import { deployment, ingress, path, service, settleText } from "../fixtures/manifests.ts";

/** A well-formed shop: pods, Services, and an Ingress with these paths and annotations ("suffix: value"). */
export function shop({
  paths = [path("/", "web")],
  annotations = [],
  more = "",
}: {
  paths?: string[];
  annotations?: string[];
  more?: string;
} = {}): string {
  const prefixed = annotations.map((annotation) => `alb.ingress.kubernetes.io/${annotation}`).join(", ");
  return ingress("shop", { paths, annotations: prefixed }) + WEB + API + more;
}

export const WEB = service("web") + deployment("web");
export const API = service("api") + deployment("api");

export function findingsIn(text: string, options: LintOptions = {}): Finding[] {
  return lint(settleText(text, { strict: options.strict ?? true }), options);
}

/** "severity Kind namespace/name path" of the findings with this code. */
export function placesOf(code: string, text: string): string[] {
  return findingsIn(text)
    .filter((finding) => finding.code === code)
    .map(({ severity, object, path: place }) => `${severity} ${object} ${place}`);
}
