import type { Kind, ObjectMeta } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { invalidValue, required } from "./causes.ts";
import { checkLabel, checkLabel1035, checkSubdomain } from "./check-names.ts";

/** Kinds whose names are one DNS label; all others are subdomains. kubernetes/pkg/apis/core/validation, ValidateServiceName and its kin. */
const nameChecks: Readonly<Record<string, (name: string) => string | undefined>> = { Namespace: checkLabel, Service: checkLabel1035 };

export function metadataCauses({ kind }: Kind, { name, generateName, labels }: ObjectMeta): FieldCause[] {
  return [...nameCauses(kind, name, generateName), ...labelCauses(labels ?? {}, "metadata.labels")];
}

function nameCauses(kind: string, name: string | undefined, generateName: string | undefined): FieldCause[] {
  const check = nameChecks[kind] ?? checkSubdomain;
  if (name) {
    const problem = check(name);
    return problem === undefined ? [] : [invalidValue("metadata.name", name, problem)];
  }
  if (!generateName) return [required("metadata.name", "name or generateName is required")];
  const problem = check(`${generateName}x`);
  return problem === undefined ? [] : [invalidValue("metadata.generateName", generateName, problem)];
}

const LABEL_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const labelValue = new RegExp(`^${LABEL_VALUE}$`);
const labelName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const nameWords =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueWords = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`;

export function labelCauses(labels: Readonly<Record<string, unknown>>, field: string): FieldCause[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const name = key.slice(key.indexOf("/") + 1);
    const causes: FieldCause[] = [];
    if (name.length > 63 || !labelName.test(name)) causes.push(invalidValue(field, key, nameWords));
    if (typeof value === "string" && value.length > 63) causes.push(invalidValue(field, value, "must be no more than 63 bytes"));
    else if (typeof value === "string" && !labelValue.test(value)) causes.push(invalidValue(field, value, valueWords));
    return causes;
  });
}
