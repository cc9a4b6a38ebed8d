import type { Socket as UdpSocket } from "node:dgram";
import type { Server } from "node:net";
import type { Snapshot } from "@loopway/kube";
import type { Address, KubeObject, Metric, ProcessConfig, Protocol, Span } from "@loopway/model";
import type { Sampler } from "./sampler.ts";

/** Which objects a hop watches: list, then watch, as kubelet and kube-proxy do. */
export interface Selection {
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** What `startHop` hands to a hop's `serve`: everything a process of this shape needs from outside itself. */
export interface Hop {
  readonly config: ProcessConfig;
  /** Microseconds since the epoch on the clock that all processes of the instance share (monotonic). */
  nowUs(): number;
  /**
   * Listens on a virtual address. Where it cannot be bound (EACCES below 1024, EADDRINUSE, EADDRNOTAVAIL, or mode "mapped"), binds a
   * free port (same address, then 127.0.0.1) instead and announces the pair. Resolves to what was bound; throws LoopwayError E_BIND.
   */
  listen(server: Server, virtual: Address): Promise<Address>;
  listenUdp(socket: UdpSocket, virtual: Address): Promise<Address>;
  /** Where to dial a virtual address: itself, or what the AddressBook says. */
  resolve(protocol: Protocol, virtual: Address): Address;
  /**
   * Lists and watches; resolves when all selections are synced. `onChange` runs once then, and after each burst of changes (coalesced per
   * turn of the event loop, and for up to 50 ms after a pass that took long). Reconnects for ever, with back-off; on 410 lists again. A lost
   * API never empties the cache.
   */
  watch(selections: readonly Selection[], onChange: (objects: Snapshot) => void): Promise<Snapshot>;
  /** Merge-patches the status of one object; failures are retried until superseded by a newer call for the same object. */
  patchStatus(object: KubeObject, status: unknown): void;
  /** Queues a span for the collector: bounded, drops and counts, never blocks. */
  report(span: Span): void;
  /** Tells the supervisor how much CPU, in milliseconds, the work so far counts for in the pod's metrics. */
  worked(cpuMs: number): void;
  /** Tells the supervisor all metrics of the process as they are now. Not for every change: what a request costs is counted by the hop. */
  measured(metrics: readonly Metric[]): void;
  /** Whether a request should be reported at all: those that ask for it (`isForced`), and of the others so many per second. */
  samples: Sampler;
  /** Tells the supervisor that the hop serves. */
  ready(): void;
  /** On SIGTERM: runs these (in order of registration), flushes spans, exits 0. When the supervisor's pipe closes: exits at once. */
  onDrain(drain: () => Promise<void> | void): void;
}
