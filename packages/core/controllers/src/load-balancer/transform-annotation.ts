// transforms.<name>: rewrites of URL and Host for the rules whose backend has that name (pkg/ingress/config_types.go).
import type { Transform } from "@loopway/model";
import type { AnnotationSources, Report } from "./annotations.ts";
import { type GoObject, readGoObjects } from "./go-json.ts";

/** Undefined after a problem. How many there may be is left to AWS. */
export function readTransforms(name: string, sources: AnnotationSources, report: Report): Transform[] | undefined {
  const source = { suffix: `transforms.${name}`, type: "ingress.Transform", sources };
  const built = readGoObjects(source, report, (objects) => objects.map(buildTransform));
  if (built === "absent") return [];
  if (built === "invalid") return undefined;
  const problem = built.find((transform) => typeof transform === "string");
  if (problem === undefined) return built.filter((transform) => typeof transform !== "string");
  report(problem);
  return undefined;
}

/** The transform, or what is wrong with it. */
function buildTransform(object: GoObject): Transform | string {
  const type = object.text("type") ?? "";
  if (type !== "url-rewrite" && type !== "host-header-rewrite") return `unknown transform type: ${type}`;
  const name = type === "url-rewrite" ? "urlRewriteConfig" : "hostHeaderRewriteConfig";
  const config = object.object(name);
  if (config === undefined) return `missing ${name}`;
  const rewrites = config
    .objects("rewrites")
    .map((rewrite) => ({ regex: rewrite.text("regex") ?? "", replace: rewrite.text("replace") ?? "" }));
  return rewrites.length === 0 ? `${name}.rewrites cannot be empty` : { type, [name]: { rewrites } };
}
