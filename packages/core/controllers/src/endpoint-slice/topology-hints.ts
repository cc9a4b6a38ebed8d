/**
 * Zone hints in proportion to CPU, for `service.kubernetes.io/topology-mode: Auto`. Every ready endpoint is hinted its own zone; where that gives a zone
 * too few, endpoints of zones with too many are hinted it. Slices that are not written otherwise keep their hints as long as they leave every zone its
 * minimum. Kubernetes, endpointslice/topologycache, AddHints; KEP-2433.
 */
import type { Service } from "@loopway/model";
import { type Allocations, add, allocateZones, planTransfers, type Transfers } from "./allocate-zones.ts";
import type { Endpoint } from "./build-endpoint.ts";

/** The older name counts before the newer. */
const ANNOTATIONS = ["service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"];

export function isTopologyAware({ metadata }: Service): boolean {
  const value = ANNOTATIONS.map((name) => metadata.annotations?.[name]).find((given) => given !== undefined);
  return value === "Auto" || value === "auto";
}

export interface HintedSlice {
  /** Those that were hinted have their hints. */
  endpoints: readonly Endpoint[];
  /** Written in any case. */
  isTouched: boolean;
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready === true;
}

/** The endpoints of each slice with their hints, or in the words of the Event why there can be none. */
export function hintEndpoints(slices: readonly HintedSlice[], shares: ReadonlyMap<string, number> | undefined): Endpoint[][] | string {
  const ready = slices.flatMap(({ endpoints }) => endpoints.filter(isReady));
  const allocations = allocateZones(ready.length, shares);
  if (typeof allocations === "string") return allocations;
  const hinted = new Map<string, number>();
  const isKept = slices.map(({ endpoints, isTouched }) => !isTouched && keepHints(endpoints, hinted, allocations));
  const rewritten = slices.flatMap(({ endpoints }, index) => (isKept[index] === true ? [] : endpoints.filter(isReady)));
  if (rewritten.some(({ zone = "" }) => zone === "")) return "One or more endpoints do not have a zone specified";
  for (const { zone = "" } of rewritten) add(hinted, zone, 1);
  const transfers = planTransfers(allocations, hinted);
  return slices.map(({ endpoints }, index) =>
    endpoints.map((endpoint) => (isKept[index] === true ? endpoint : hintEndpoint(endpoint, transfers))),
  );
}

export function withoutHints({ hints: _hints, ...endpoint }: Endpoint): Endpoint {
  return endpoint;
}

/** Adds a slice's hints to those of the slices before it; false where one is missing, or they would take another zone's minimum. */
function keepHints(endpoints: readonly Endpoint[], hinted: Map<string, number>, allocations: Allocations): boolean {
  const own = new Map<string, number>();
  for (const { hints } of endpoints.filter(isReady)) {
    if ((hints?.forZones ?? []).length === 0) return false;
    for (const { name } of hints?.forZones ?? []) add(own, name, 1);
  }
  for (const [zone, count] of own) {
    if ((hinted.get(zone) ?? 0) + count > (allocations.get(zone)?.maximum ?? 0)) return false;
  }
  for (const [zone, count] of own) add(hinted, zone, count);
  return true;
}

/** Uses up what its zone has to give. */
function hintEndpoint(endpoint: Endpoint, { giving, receiving }: Transfers): Endpoint {
  const plain = withoutHints(endpoint);
  const { zone = "" } = plain;
  if (!isReady(plain)) return plain;
  const [receiver] = [...receiving].find(([, count]) => count > 0) ?? [];
  const isGiven = receiver !== undefined && (giving.get(zone) ?? 0) > 0;
  if (isGiven) {
    add(giving, zone, -1);
    add(receiving, receiver, -1);
  }
  return { ...plain, hints: { forZones: [{ name: isGiven ? receiver : zone }] } };
}
