/** kubernetes/pkg/apis/networking/validation, ValidateIngress. */
import type { Ingress, IngressBackend } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { invalidValue, notSupported, required } from "./causes.ts";
import { checkLabel1035, checkPortName, checkPortNumber, checkSubdomain } from "./check-names.ts";

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];
const BAD_IN_PATH = ["//", "/./", "/../", "%2f", "%2F"];
const BAD_AT_END = ["/..", "/."];

type IngressRule = NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number];
type IngressPath = NonNullable<IngressRule["http"]>["paths"][number];

export function ingressCauses({ metadata, spec = {} }: Ingress): FieldCause[] {
  const { rules = [], defaultBackend, ingressClassName } = spec;
  const causes: FieldCause[] = [];
  const annotatedClass = metadata.annotations?.["kubernetes.io/ingress.class"];
  if (annotatedClass !== undefined && ingressClassName !== undefined) {
    causes.push(invalidValue("annotations.kubernetes.io/ingress.class", annotatedClass, "can not be set when the class field is also set"));
  }
  if (rules.length === 0 && defaultBackend === undefined) {
    causes.push(invalidValue("spec", rules, "either `defaultBackend` or `rules` must be specified"));
  }
  if (defaultBackend !== undefined) causes.push(...backendCauses(defaultBackend, "spec.defaultBackend"));
  const classProblem = ingressClassName === undefined ? undefined : checkSubdomain(ingressClassName);
  if (classProblem !== undefined) causes.push(invalidValue("spec.ingressClassName", ingressClassName, classProblem));
  for (const [index, rule] of rules.entries()) causes.push(...ruleCauses(rule, `spec.rules[${index}]`));
  return causes;
}

function ruleCauses({ host, http }: IngressRule, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const hostProblem = host ? checkHost(host) : undefined;
  if (hostProblem !== undefined) causes.push(invalidValue(`${field}.host`, host, hostProblem));
  if (http === undefined) return causes;
  if ((http.paths ?? []).length === 0) return [...causes, required(`${field}.http.paths`)];
  for (const [index, path] of http.paths.entries()) causes.push(...pathCauses(path, `${field}.http.paths[${index}]`));
  return causes;
}

function checkHost(host: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(":")) return "must be a DNS name, not an IP address";
  if (!host.includes("*")) return checkSubdomain(host);
  const isWildcard = host.startsWith("*.") && checkSubdomain(host.slice(2)) === undefined;
  return isWildcard ? undefined : "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain";
}

function pathCauses({ path = "", pathType, backend }: IngressPath, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  if (pathType === undefined) causes.push(required(`${field}.pathType`, "pathType must be specified"));
  else if (!PATH_TYPES.includes(pathType)) causes.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  else if (pathType === "ImplementationSpecific") {
    if (path !== "" && !path.startsWith("/")) causes.push(invalidValue(`${field}.path`, path, "must be an absolute path"));
  } else {
    if (!path.startsWith("/")) causes.push(invalidValue(`${field}.path`, path, "must be an absolute path"));
    for (const bad of BAD_IN_PATH) if (path.includes(bad)) causes.push(invalidValue(`${field}.path`, path, `must not contain '${bad}'`));
    for (const bad of BAD_AT_END) if (path.endsWith(bad)) causes.push(invalidValue(`${field}.path`, path, `cannot end with '${bad}'`));
  }
  return [...causes, ...backendCauses(backend ?? {}, `${field}.backend`)];
}

function backendCauses({ service, resource }: IngressBackend, field: string): FieldCause[] {
  if (service !== undefined && resource !== undefined) return [invalidValue(field, "", "cannot set both resource and service backends")];
  if (resource !== undefined) return resource.name && resource.kind ? [] : [required(`${field}.resource.name`)];
  if (service === undefined) return [invalidValue(field, "", "resource or service backend is required")];
  const causes: FieldCause[] = [];
  const nameProblem = service.name ? checkLabel1035(service.name) : undefined;
  if (!service.name) causes.push(required(`${field}.service.name`));
  else if (nameProblem !== undefined) causes.push(invalidValue(`${field}.service.name`, service.name, nameProblem));
  const { name, number } = service.port ?? {};
  if (name && number) causes.push(invalidValue(field, "", "cannot set both port name & port number"));
  else if (name) {
    const problem = checkPortName(name);
    if (problem !== undefined) causes.push(invalidValue(`${field}.service.port.name`, name, problem));
  } else if (number) {
    const problem = checkPortNumber(number);
    if (problem !== undefined) causes.push(invalidValue(`${field}.service.port.number`, number, problem));
  } else causes.push(required(field, "port name or number is required"));
  return causes;
}
