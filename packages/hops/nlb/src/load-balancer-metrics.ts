import type { Hop } from "@loopway/hop-kit";
import type { LoadBalancer, Metric } from "@loopway/model";
import { FlowMetrics } from "./flow-metrics.ts";
import type { NetworkTargetGroup } from "./network-target-group.ts";

export interface MetricsOptions {
  hop: Pick<Hop, "measured">;
  loadBalancer(): LoadBalancer | undefined;
  /** In use. */
  groups(): Iterable<NetworkTargetGroup>;
}

/** How soon a change is told, and how often what moves on open flows. */
const TELL_MS = 1_000;

/** The metrics of one load balancer, told to the supervisor while they change. */
export class LoadBalancerMetrics {
  readonly flows = new FlowMetrics(() => this.changed());
  readonly #options: MetricsOptions;
  #told = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.#tell(), TELL_MS).unref();
  }

  #tell(): void {
    this.#timer = undefined;
    const metrics = this.#read();
    const text = JSON.stringify(metrics);
    if (text !== this.#told) this.#options.hop.measured(metrics);
    this.#told = text;
    // Their bytes are not told of one by one.
    if (this.flows.hasOpenFlows) this.changed();
  }

  #read(): Metric[] {
    const loadBalancer = idOf(this.#options.loadBalancer()?.status?.ackResourceMetadata?.arn);
    return [...this.flows.read(loadBalancer), ...[...this.#options.groups()].flatMap((group) => hostCounts(loadBalancer, group))];
  }
}

function hostCounts(loadBalancer: string, { object, targets }: NetworkTargetGroup): Metric[] {
  const dimensions = { LoadBalancer: loadBalancer, TargetGroup: idOf(object.status?.ackResourceMetadata?.arn) };
  const count = (name: string, wanted: string): Metric => ({
    namespace: "AWS/NetworkELB",
    name,
    type: "gauge",
    dimensions,
    value: targets.filter(({ state }) => state === wanted).length,
  });
  return [count("HealthyHostCount", "healthy"), count("UnHealthyHostCount", "unhealthy")];
}

/** "net/name/id", "targetgroup/name/id": the end of an ARN, without the word loadbalancer. */
function idOf(arn = ""): string {
  return arn.slice(arn.lastIndexOf(":") + 1).replace(/^loadbalancer\//, "");
}
