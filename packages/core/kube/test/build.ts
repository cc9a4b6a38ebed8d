import type { KubeObject } from "@loopway/model";
import { seededRandom } from "@loopway/testkit";
import { isFailure } from "../src/failure.ts";
import { emptyState, type StoreState, transact, type WriteContext } from "../src/store.ts";
import { createObject } from "../src/write-object.ts";

export const NOW = Date.parse("2026-11-21T10:00:00Z");

/** A context whose uids count up, so that two runs are equal. */
export function testContext(now = NOW): WriteContext {
  let uids = 0;
  return { now, random: seededRandom(1), newUid: () => `uid-${++uids}` };
}

export function configMap(name: string, fields: Partial<KubeObject> & { data?: Record<string, string> } = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", ...fields, metadata: { namespace: "default", ...fields.metadata, name } };
}

export function deployment(name: string, replicas: number): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: { replicas, selector: { matchLabels: { app: name } } },
  };
}

export function pod(name: string, spec: Record<string, unknown> = {}): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec: { containers: [], ...spec } };
}

/** A state that holds these objects, as created. */
export function stateWith(...objects: KubeObject[]): StoreState {
  const result = transact(emptyState(), testContext(), (draft) => {
    for (const object of objects) createObject(draft, object);
    return undefined;
  });
  if (isFailure(result)) throw new Error(result.message);
  return result.state;
}
