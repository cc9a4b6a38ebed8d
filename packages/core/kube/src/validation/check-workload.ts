/** kubernetes/pkg/apis/apps/validation, ValidateDeploymentSpec; pkg/apis/core/validation, ValidatePodSpec. */
import type { Container, DaemonSet, Deployment, Job, LabelSelector, Pod, PodSpec, ReplicaSet, StatefulSet } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { matchesSelector } from "../label-selector.ts";
import { duplicate, invalidValue, notSupported, required } from "./causes.ts";
import { dnsCauses } from "./check-dns.ts";
import { labelCauses } from "./check-metadata.ts";
import { checkLabel, checkPortName, checkPortNumber } from "./check-names.ts";
import { PROTOCOLS } from "./check-service.ts";

const OPERATORS = ["DoesNotExist", "Exists", "In", "NotIn"];

export function deploymentCauses(deployment: Deployment): FieldCause[] {
  const type = deployment.spec?.strategy?.type;
  const strategies = ["Recreate", "RollingUpdate"];
  const causes = replicaSetCauses(deployment);
  if (type && !strategies.includes(type)) causes.push(notSupported("spec.strategy.type", type, strategies));
  return causes;
}

/** apis/batch/validation, ValidateJob: its selector is written for it. */
export function jobCauses({ spec }: Job): FieldCause[] {
  if (spec?.template === undefined) return [required("spec.template")];
  const causes = podSpecCauses(spec.template.spec ?? {}, "spec.template.spec");
  const policies = ["OnFailure", "Never"];
  const { restartPolicy } = spec.template.spec ?? {};
  if (!policies.includes(restartPolicy ?? "")) causes.push(notSupported("spec.template.spec.restartPolicy", restartPolicy ?? "", policies));
  return causes;
}

/** Of everything that keeps pods of one template, chosen by a selector. */
export function replicaSetCauses({ spec }: Pick<Deployment | ReplicaSet | StatefulSet | DaemonSet, "spec">): FieldCause[] {
  if (spec === undefined) return [required("spec.selector"), required("spec.template")];
  const { replicas = 1, minReadySeconds = 0, selector, template } = spec as NonNullable<ReplicaSet["spec"]>;
  const causes: FieldCause[] = [];
  for (const [field, value] of Object.entries({ replicas, minReadySeconds })) {
    if (value < 0) causes.push(invalidValue(`spec.${field}`, value, "must be greater than or equal to 0"));
  }
  if (selector === undefined) causes.push(required("spec.selector"));
  else causes.push(...selectorCauses(selector, template?.metadata?.labels));
  causes.push(...labelCauses(template?.metadata?.labels ?? {}, "spec.template.labels"));
  if (template !== undefined) causes.push(...podSpecCauses(template.spec ?? {}, "spec.template.spec"));
  return causes;
}

function selectorCauses(selector: LabelSelector, templateLabels: Record<string, string> | undefined): FieldCause[] {
  const expressions = selector.matchExpressions ?? [];
  if (Object.keys(selector.matchLabels ?? {}).length + expressions.length === 0) {
    return [invalidValue("spec.selector", selector, "empty selector is invalid for deployment")];
  }
  const unsupported = expressions.findIndex(({ operator }) => !OPERATORS.includes(operator));
  if (unsupported >= 0) {
    return [
      invalidValue(
        `spec.selector.matchExpressions[${unsupported}].operator`,
        expressions[unsupported]?.operator,
        "not a valid selector operator",
      ),
    ];
  }
  if (matchesSelector(selector, templateLabels)) return [];
  return [invalidValue("spec.template.metadata.labels", templateLabels ?? {}, "`selector` does not match template `labels`")];
}

export function podCauses({ spec }: Pod): FieldCause[] {
  return spec === undefined ? [required("spec.containers")] : podSpecCauses(spec, "spec");
}

function podSpecCauses(spec: Partial<PodSpec>, field: string): FieldCause[] {
  const { containers, terminationGracePeriodSeconds = 0 } = spec;
  if (containers === undefined || containers.length === 0) return [required(`${field}.containers`)];
  const causes = containers.flatMap((container, index) => containerCauses(container, `${field}.containers[${index}]`));
  for (const [index, { name }] of containers.entries()) {
    const isRepeated = containers.findIndex((other) => other.name === name) < index;
    if (name && isRepeated) causes.push(duplicate(`${field}.containers[${index}].name`, name));
  }
  if (terminationGracePeriodSeconds < 0) {
    causes.push(
      invalidValue(`${field}.terminationGracePeriodSeconds`, terminationGracePeriodSeconds, "must be greater than or equal to 0"),
    );
  }
  return [...causes, ...dnsCauses(spec, field)];
}

function containerCauses({ name, image, ports = [] }: Container, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const nameProblem = name ? checkLabel(name) : undefined;
  if (!name) causes.push(required(`${field}.name`));
  else if (nameProblem !== undefined) causes.push(invalidValue(`${field}.name`, name, nameProblem));
  if (!image) causes.push(required(`${field}.image`));
  for (const [index, port] of ports.entries()) {
    const portField = `${field}.ports[${index}]`;
    const numberProblem = checkPortNumber(port.containerPort);
    if (numberProblem !== undefined) causes.push(invalidValue(`${portField}.containerPort`, port.containerPort, numberProblem));
    const portNameProblem = port.name ? checkPortName(port.name) : undefined;
    if (portNameProblem !== undefined) causes.push(invalidValue(`${portField}.name`, port.name, portNameProblem));
    if (port.protocol && !PROTOCOLS.includes(port.protocol)) causes.push(notSupported(`${portField}.protocol`, port.protocol, PROTOCOLS));
  }
  return causes;
}
