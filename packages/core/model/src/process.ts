/** What passes between the supervisor and the processes it starts. */
import type { Address, Protocol } from "./address.ts";
import type { Metric } from "./metric.ts";

export type ProcessKind = "control-plane" | "collector" | "client" | "route53" | "alb" | "nlb" | "coredns" | "kube-proxy" | "pod" | "edge";
export type AddressMode = "identity" | "mapped";

/** How a process reaches the API: `unix:/path/to/socket` (0600, no TLS, no token), or https with CA and token as in a kubeconfig. */
export interface ApiEndpoint {
  server: string;
  token?: string;
  caFile?: string;
}

/** The configuration of one process, as JSON in the environment variable LOOPWAY_PROCESS. */
export interface ProcessConfig {
  kind: ProcessKind;
  /** Name of the object that called for it: LoadBalancer, Node ... ("services" for the kube-proxy of the ClusterIPs). */
  name: string;
  namespace?: string;
  instance: number;
  addresses: AddressMode;
  strict: boolean;
  api: ApiEndpoint;
  /** Path of the collector's unix socket. */
  collectorSocket: string;
  stateDir: string;
  /** Added to the machine's monotonic clock (process.hrtime, microseconds) it gives microseconds since the epoch; one value for all processes. */
  clockOriginUs: number;
  /** What only this kind needs. */
  settings: Record<string, unknown>;
}

/** One JSON line each, from the process to its supervisor on file descriptor 3. When that pipe closes, the process must exit. */
export type Announcement =
  | { type: "bound"; protocol: Protocol; virtual: Address; bound: Address }
  | { type: "ready" }
  /** Milliseconds of CPU that a stub's requests so far count for, in all. */
  | { type: "worked"; cpuMs: number }
  /** All its metrics as they are now. */
  | { type: "measured"; metrics: readonly Metric[] }
  | { type: "failed"; code: string; values: Record<string, string | number> };
