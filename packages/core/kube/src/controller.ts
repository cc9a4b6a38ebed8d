import type { AddressPlan, KubeObject, LbcVersion, Quotas, Timings } from "@loopway/model";
import type { Snapshot } from "./snapshot.ts";

/** One write that a controller asks for. All changes of one reconcile are one transaction: all happen, or none. */
export type Change =
  /** Name and namespace set; the store fills uid, resourceVersion, generation, creationTimestamp. */
  | { op: "create"; object: KubeObject }
  /** The whole object but its status, which is kept. `metadata.resourceVersion`, when present, must still be current. */
  | { op: "update"; object: KubeObject }
  /** Only the status of this object is written. */
  | { op: "updateStatus"; object: KubeObject }
  /** Sets deletionTimestamp where finalizers or a pod's grace remain, else removes. `force` removes a pod at once. Absent objects are no error. */
  | { op: "delete"; kind: string; namespace?: string; name: string; uid?: string; force?: boolean }
  /** Repeats (same object, reason and message) are counted, not multiplied. */
  | { op: "event"; type: "Normal" | "Warning"; reason: string; message: string; about: KubeObject; component: string };

/** What every controller may know of its surroundings; a value, handed in. */
export interface ControllerSettings {
  plan: AddressPlan;
  /** Do what the real Load Balancer Controller does, even where Loopway would accept more. */
  strict: boolean;
  /** What the hops can serve. A load balancer that needs more waits, and its Ingress says for what; analysis builds everything. */
  serves: { https: boolean };
  /** Kubernetes' own delays, where they are to differ. */
  timings?: Timings;
  /** The newest where absent. */
  lbcVersion?: LbcVersion;
  /** Those that differ from AWS's defaults. */
  quotas?: Partial<Quotas>;
  /** How much the VPC holds: what this machine's addresses allow, or a /16 as in AWS. Only where nothing is ever bound can it be the latter. */
  room?: "machine" | "vpc";
}

export interface ReconcileInput {
  snapshot: Snapshot;
  key: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Uniform in [0, 1). */
  random: () => number;
  settings: ControllerSettings;
}

export interface ReconcileResult {
  changes: Change[];
  /** Run again for this key after so long, even if nothing changes. */
  requeueAfterMs?: number;
}

/** A kind whose objects concern the controller, and the keys (of its own queue) that a change of one of them touches. */
export interface WatchedKind {
  kind: string;
  /** `previous` is absent for a new object, `object` for one that is gone. At least one is present. */
  keysOf(object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot): readonly string[];
}

/** Pure: desired objects from a snapshot. Level-triggered: the key says where to look, never what happened. */
export interface Controller {
  name: string;
  /** In Kubernetes the API server does this while it admits the object: no other controller sees one that this one has not looked at. */
  admits?: true;
  watches: readonly WatchedKind[];
  reconcile(input: ReconcileInput): ReconcileResult;
}
