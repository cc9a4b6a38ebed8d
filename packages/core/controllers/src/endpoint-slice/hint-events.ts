import type { Change, Snapshot } from "@loopway/kube";
import type { EndpointSlice, KubeEvent, Service } from "@loopway/model";
import { eventOnce } from "../event-once.ts";
import { isTopologyAware } from "./topology-hints.ts";

const ENABLED = "TopologyAwareHintsEnabled";
const DISABLED = "TopologyAwareHintsDisabled";
/** Ends every message: hints are given for each family by itself. */
const FAMILY = ", addressType: IPv4";

interface Hinting {
  /** As they are stored. */
  slices: readonly EndpointSlice[];
  /** Why none are given. */
  refusal: string | undefined;
  snapshot: Snapshot;
}

/**
 * What is told of hints: that there are some now, or none and why. The real controller remembers which Services it has hinted; here their slices and
 * the Event tell.
 */
export function hintEvents(about: Service, { slices, refusal, snapshot }: Hinting): Change[] {
  const hadHints = slices.some(({ endpoints }) => endpoints.some(({ hints }) => hints !== undefined));
  const event = (type: "Normal" | "Warning", reason: string, message: string) =>
    ({ op: "event", type, reason, message: `${message}${FAMILY}`, about, component: "endpoint-slice-controller" }) as const;
  if (isTopologyAware(about)) {
    if (refusal === undefined) return hadHints ? [] : [event("Normal", ENABLED, "Topology Aware Hints has been enabled")];
    const told = event("Warning", DISABLED, refusal);
    return hadHints ? [told] : eventOnce(snapshot, told);
  }
  if (!hadHints || about.spec.trafficDistribution !== undefined || !wasEnabled(about, snapshot)) return [];
  return [event("Warning", DISABLED, "Topology Aware Hints has been disabled")];
}

function wasEnabled({ metadata }: Service, snapshot: Snapshot): boolean {
  const events = snapshot.list<KubeEvent>("Event", metadata.namespace === undefined ? {} : { namespace: metadata.namespace });
  return events.some(({ reason, involvedObject: { kind, uid } }) => reason === ENABLED && kind === "Service" && uid === metadata.uid);
}
