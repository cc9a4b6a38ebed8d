/** In which form objects are sent: whole, as rows of a Table, or their metadata only. Kubernetes API concepts, "Receiving resources as Tables". */
import type { KubeObject } from "@loopway/model";

export type Representation = "object" | "table" | "metadata";

/** The first form of the Accept header that is known; undefined for none (406). Protobuf is not. */
export function parseAccept(accept: string | undefined): Representation | undefined {
  if (accept === undefined || accept.trim() === "") return "object";
  for (const part of accept.split(",")) {
    const [mediaType = "", ...parameters] = part.split(";").map((text) => text.trim());
    if (!["application/json", "application/*", "*/*"].includes(mediaType)) continue;
    const values = Object.fromEntries(parameters.map((parameter) => parameter.split("=")));
    if (values.as === undefined) return "object";
    if (values.g !== "meta.k8s.io" || !["v1", "v1beta1"].includes(values.v)) continue;
    if (values.as === "Table") return "table";
    if (values.as === "PartialObjectMetadata" || values.as === "PartialObjectMetadataList") return "metadata";
  }
  return undefined;
}

export function metadataOf({ metadata }: KubeObject): KubeObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

const texts = new WeakMap<KubeObject, string>();

/** Stored objects are never changed, so each becomes text once, however many watch it. */
export function objectText(object: KubeObject): string {
  let text = texts.get(object);
  if (text === undefined) {
    text = JSON.stringify(object);
    texts.set(object, text);
  }
  return text;
}
