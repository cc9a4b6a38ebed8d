/** What no schema says of an object: names, ports, selectors. */
import type { Kind, KubeObject } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { ingressCauses } from "./check-ingress.ts";
import { metadataCauses } from "./check-metadata.ts";
import { serviceCauses } from "./check-service.ts";
import { deploymentCauses, jobCauses, podCauses, replicaSetCauses } from "./check-workload.ts";

const checks: Readonly<Record<string, (object: never) => FieldCause[]>> = {
  Service: serviceCauses,
  Deployment: deploymentCauses,
  ReplicaSet: replicaSetCauses,
  StatefulSet: replicaSetCauses,
  DaemonSet: replicaSetCauses,
  Job: jobCauses,
  Pod: podCauses,
  Ingress: ingressCauses,
};

/** Every field that is wrong. The object's types must be right already. */
export function objectCauses(kind: Kind, object: KubeObject): FieldCause[] {
  return [...metadataCauses(kind, object.metadata), ...(checks[object.kind]?.(object as never) ?? [])];
}
