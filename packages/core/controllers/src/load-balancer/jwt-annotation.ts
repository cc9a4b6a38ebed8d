// jwt-validation, on the Ingress only (pkg/ingress/config_types.go).
import type { JwtValidationConfig } from "@loopway/model";
import type { AnnotationSources, Report } from "./annotations.ts";
import { type GoObject, readGoObject } from "./go-json.ts";

type Claim = NonNullable<JwtValidationConfig["additionalClaims"]>[number];

/** "invalid" after a problem. What a claim's format may be is left to AWS. */
export function readJwtValidation(sources: AnnotationSources, report: Report): JwtValidationConfig | "absent" | "invalid" {
  const config = readGoObject({ suffix: "jwt-validation", type: "ingress.JwtValidationConfig", sources }, report, (object) => ({
    jwksEndpoint: object.text("jwksEndpoint") ?? "",
    issuer: object.text("issuer") ?? "",
    additionalClaims: object.objects("additionalClaims").map(buildClaim),
  }));
  if (typeof config === "string") return config;
  const problem = problemOf(config);
  if (problem !== undefined) {
    report(problem);
    return "invalid";
  }
  const { additionalClaims, ...required } = config;
  return additionalClaims.length === 0 ? required : config;
}

function buildClaim(object: GoObject): Claim {
  return { format: object.text("format") ?? "", name: object.text("name") ?? "", values: object.texts("values") };
}

function problemOf({ jwksEndpoint, issuer, additionalClaims }: Required<JwtValidationConfig>): string | undefined {
  if (jwksEndpoint === "") return "jwksEndpoint is a required field for jwt validation";
  if (issuer === "") return "issuer is a required field for jwt validation";
  return additionalClaims.map(claimProblem).find((problem) => problem !== undefined);
}

function claimProblem({ format, name, values }: Claim): string | undefined {
  const missing = format === "" ? "format" : name === "" ? "name" : undefined;
  if (missing !== undefined) return `${missing} is a required field for additional claims for jwt validation`;
  return values.length === 0 ? "values must not be empty for additional claims for jwt validation" : undefined;
}
