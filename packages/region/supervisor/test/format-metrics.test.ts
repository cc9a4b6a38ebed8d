import type { Metric } from "@loopway/model";
import { expect, test } from "vitest";
import { formatMetrics } from "../src/format-metrics.ts";

const series = (name: string, type: Metric["type"], dimensions: Record<string, string>, value: number): Metric => ({
  namespace: "AWS/NetworkELB",
  name,
  type,
  dimensions,
  value,
});

test("series of one name stand together, under names as CloudWatch's exporters write them", () =>
  expect(
    formatMetrics([
      series("NewFlowCount_TCP", "counter", { LoadBalancer: "net/edge/1", AvailabilityZone: "us-east-1a" }, 3),
      series("UnHealthyHostCount", "gauge", { LoadBalancer: "net/edge/1", TargetGroup: "targetgroup/web/2" }, 1),
      series("NewFlowCount_TCP", "counter", { LoadBalancer: "net/edge/1", AvailabilityZone: "us-east-1b" }, 0),
      series("TCP_ELB_Reset_Count", "counter", { LoadBalancer: "net/edge/1", AvailabilityZone: "us-east-1a" }, 2),
    ]),
  ).toBe(`# TYPE aws_networkelb_new_flow_count_tcp_total counter
aws_networkelb_new_flow_count_tcp_total{load_balancer="net/edge/1",availability_zone="us-east-1a"} 3
aws_networkelb_new_flow_count_tcp_total{load_balancer="net/edge/1",availability_zone="us-east-1b"} 0
# TYPE aws_networkelb_un_healthy_host_count gauge
aws_networkelb_un_healthy_host_count{load_balancer="net/edge/1",target_group="targetgroup/web/2"} 1
# TYPE aws_networkelb_tcp_elb_reset_count_total counter
aws_networkelb_tcp_elb_reset_count_total{load_balancer="net/edge/1",availability_zone="us-east-1a"} 2
`));

test("nothing measured is an empty page", () => expect(formatMetrics([])).toBe(""));
