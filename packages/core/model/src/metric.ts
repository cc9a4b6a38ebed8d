/** One series of CloudWatch: a level, or a total since the process began (CloudWatch keeps the difference of each minute). */
export interface Metric {
  namespace: "AWS/NetworkELB";
  /** AWS's own: "NewFlowCount_TCP". */
  name: string;
  type: "counter" | "gauge";
  /** AWS's own: LoadBalancer, AvailabilityZone, TargetGroup. */
  dimensions: Readonly<Record<string, string>>;
  value: number;
}
