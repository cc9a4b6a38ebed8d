/** The eviction subresource: a deletion that asks the pod's PodDisruptionBudget first. Kubernetes, "API-initiated Eviction". */
import { checkEviction } from "@loopway/controllers";
import { type ApiFailure, deleteObject, isFailure, isJsonObject, notFound } from "@loopway/kube";
import type { Pod } from "@loopway/model";
import { type ApiAnswer, answer, type ResourceRequest } from "./api-request.ts";
import { dryRunOf } from "./write.ts";

export async function evictFromRequest({ request, target, store }: ResourceRequest): Promise<ApiAnswer | ApiFailure> {
  const { namespace, name = "" } = target;
  const options = isJsonObject(request.body) && isJsonObject(request.body.deleteOptions) ? request.body.deleteOptions : {};
  const grace = options.gracePeriodSeconds;
  const evicted = await store.write((draft) => {
    const pod = draft.objects.get<Pod>("Pod", namespace, name);
    if (pod === undefined) return notFound("Pod", name);
    const deletion = { kind: "Pod", namespace, name, ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}) };
    return checkEviction(draft.objects, pod, draft.context.now) ?? deleteObject(draft, deletion);
  }, dryRunOf(request.query));
  return isFailure(evicted) ? evicted : answer(201, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 });
}
