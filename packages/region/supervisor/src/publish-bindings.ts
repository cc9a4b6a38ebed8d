import { type ApiClient, ApiError, type Binding, createBackOff, formatFailure, log } from "@loopway/hop-kit";
import type { Snapshot } from "@loopway/kube";
import type { AddressBinding } from "@loopway/model";
import type { Member } from "./fleet.ts";

/** On every AddressBinding: the key of the process that is bound there, and the part whose supervisor wrote it, where there are several. */
const PROCESS_ANNOTATION = "loopway.dev/process";
const PART_ANNOTATION = "loopway.dev/part";

export interface BindingChanges {
  put: AddressBinding[];
  remove: string[];
}

/**
 * Pure: the objects that say where the members are bound, against those that exist. One that exists is kept while its process has not come
 * so far as to bind again (a restart usually gives the same), and removed when the process serves without it or is no longer wished for. Those of
 * other parts are left alone.
 */
export function diffBindings(members: readonly Member[], observed: readonly AddressBinding[], part?: string): BindingChanges {
  const wanted = new Map<string, AddressBinding>();
  for (const member of members) {
    for (const [key, binding] of member.bindings) {
      if (member.announced.has(key)) wanted.set(bindingName(binding), bindingObject(member.wish.key, binding, part));
    }
  }
  const settled = new Map(members.map(({ wish, state }) => [wish.key, state === "ready" || state === "draining"]));
  const existing = new Map(observed.map((object) => [object.metadata.name, object]));
  const isOwn = ({ metadata: { annotations = {} } }: AddressBinding) =>
    part === undefined || annotations[PART_ANNOTATION] === part || settled.has(annotations[PROCESS_ANNOTATION] ?? "");
  return {
    put: [...wanted.values()].filter((object) => !isSame(object, existing.get(object.metadata.name))),
    remove: observed
      .filter(isOwn)
      .filter(({ metadata }) => !wanted.has(metadata.name) && (settled.get(metadata.annotations?.[PROCESS_ANNOTATION] ?? "") ?? true))
      .map(({ metadata }) => metadata.name),
  };
}

/** "tcp-127.12.0.1-80" */
function bindingName({ protocol, virtual }: Binding): string {
  return `${protocol}-${virtual.address}-${virtual.port}`;
}

/** What earlier processes of this key had announced, from before this supervisor's time. */
export function recordedBindings(objects: Snapshot | undefined, processKey: string): Binding[] {
  return (objects?.list<AddressBinding>("AddressBinding") ?? [])
    .filter(({ metadata }) => metadata.annotations?.[PROCESS_ANNOTATION] === processKey)
    .map(({ spec }) => ({
      protocol: spec.protocol,
      virtual: { address: spec.address, port: spec.port },
      bound: { address: spec.boundAddress, port: spec.boundPort },
    }));
}

function bindingObject(processKey: string, binding: Binding, part: string | undefined): AddressBinding {
  const { protocol, virtual, bound } = binding;
  return {
    apiVersion: "loopway.dev/v1alpha1",
    kind: "AddressBinding",
    metadata: {
      name: bindingName(binding),
      annotations: { [PROCESS_ANNOTATION]: processKey, ...(part === undefined ? {} : { [PART_ANNOTATION]: part }) },
    },
    spec: { protocol, address: virtual.address, port: virtual.port, boundAddress: bound.address, boundPort: bound.port },
  };
}

function isSame(object: AddressBinding, existing: AddressBinding | undefined): boolean {
  return (
    existing !== undefined &&
    existing.spec.boundAddress === object.spec.boundAddress &&
    existing.spec.boundPort === object.spec.boundPort &&
    existing.metadata.annotations?.[PROCESS_ANNOTATION] === object.metadata.annotations?.[PROCESS_ANNOTATION]
  );
}

/** Writes what `changes` says, and asks again after each round until nothing is left; one round at a time, failures retried. */
export function createBindingPublisher(client: ApiClient, changes: () => BindingChanges): () => void {
  let isRunning = false;
  let isDirty = false;
  const backOff = createBackOff(50, 2000);

  const put = async (object: AddressBinding): Promise<void> => {
    try {
      await client.create(object);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      await client.patch(
        { kind: object.kind, name: object.metadata.name },
        { metadata: { annotations: object.metadata.annotations }, spec: object.spec },
      );
    }
  };
  const run = async (): Promise<void> => {
    while (isDirty) {
      isDirty = false;
      try {
        const { put: puts, remove } = changes();
        await Promise.all([...puts.map(put), ...remove.map((name) => client.delete({ kind: "AddressBinding", name }))]);
        backOff.reset();
      } catch (error) {
        if (error instanceof ApiError) log(`writing address bindings: ${formatFailure(error)}`);
        isDirty = true;
        await new Promise((resolve) => setTimeout(resolve, backOff.nextMs()).unref());
      }
    }
    isRunning = false;
  };

  return () => {
    isDirty = true;
    if (isRunning) return;
    isRunning = true;
    void run();
  };
}
