// Metrics as Prometheus reads them: text format 0.0.4, names after CloudWatch's as its exporters write them.
import type { Metric } from "@loopway/model";

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4";

/** `aws_networkelb_new_flow_count_total{load_balancer="net/edge/…",availability_zone="us-east-1a"} 3`, grouped by name as the format wants it. */
export function formatMetrics(metrics: readonly Metric[]): string {
  const byName = Map.groupBy(metrics, nameOf);
  return [...byName]
    .map(([name, series]) => `# TYPE ${name} ${series[0]?.type}\n${series.map((one) => formatSeries(name, one)).join("")}`)
    .join("");
}

function nameOf({ namespace, name, type }: Metric): string {
  const own = `${namespace.replace("/", "_").toLowerCase()}_${toSnakeCase(name)}`;
  return type === "counter" ? `${own}_total` : own;
}

function formatSeries(name: string, { dimensions, value }: Metric): string {
  const labels = Object.entries(dimensions).map(([key, text]) => `${toSnakeCase(key)}=${JSON.stringify(text)}`);
  return `${name}{${labels.join(",")}} ${value}\n`;
}

/** UnHealthyHostCount → un_healthy_host_count, TCP_ELB_Reset_Count → tcp_elb_reset_count. */
function toSnakeCase(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}
