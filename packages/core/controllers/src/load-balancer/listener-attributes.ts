// listener-attributes.<PROTOCOL>-<port>: the union over the group (pkg/ingress/model_build_listener.go).
import { type KeyValue, objectKey } from "@loopway/model";
import { readMap } from "./annotations.ts";
import { classParamsOf } from "./ingress-class.ts";
import { toKeyValues, toRecord } from "./key-values.ts";
import type { ListenPort } from "./listen-ports.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

export function buildListenerAttributes(build: StackBuild, { ingresses, protocol, listenerPort }: ListenPort): KeyValue[] {
  const merged: Record<string, string> = {};
  for (const ingress of ingresses) {
    const { listeners = [] } = classParamsOf(ingress, build.snapshot);
    const ofClass = listeners.find((listener) => listener.protocol === protocol && listener.port === listenerPort);
    const suffix = `listener-attributes.${protocol}-${listenerPort}`;
    const annotated = readMap(suffix, [ingress.metadata.annotations], reportToGroup(build));
    for (const [key, value] of Object.entries({ ...annotated, ...toRecord(ofClass?.listenerAttributes ?? []) })) {
      const known = merged[key];
      if (known !== undefined && known !== value)
        reportToGroup(build)(`conflicting listener attributes ${key}: ${known} | ${value} for ingress ${objectKey(ingress)}`);
      merged[key] = value;
    }
  }
  return toKeyValues(merged);
}
