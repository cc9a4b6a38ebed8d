/** A routing test as data: one request, and what is expected to become of it. */
export interface CheckCase {
  name: string;
  /** file:line */
  source: string;
  request: CheckRequest;
  expect: CheckExpectation;
  /** What an Envoy test asks that has no meaning for a load balancer of AWS. */
  unsupported: readonly string[];
}

/** The address of a client of whom nothing is said: of RFC 5737, for documentation. */
export const SOMEBODY = "192.0.2.1";

export interface CheckRequest {
  /** Name of a load balancer or of its IngressGroup; undefined: the one with rules for the host. */
  loadBalancer?: string;
  method: string;
  protocol: "http" | "https";
  /** As sent, without port. */
  host: string;
  listenerPort: number;
  /** As sent; never normalised. */
  path: string;
  /** Without the question mark. */
  query: string | undefined;
  headers: readonly HeaderField[];
  sourceIp: string;
  /** Chooses among weighted target groups: uniform in [0, 1), or Envoy's number, taken modulo the sum of the weights. */
  random: { share: number } | { envoyValue: number };
}

export interface HeaderField {
  name: string;
  value: string;
}

/** Every part may be absent; those that are there must all hold. */
export interface CheckExpectation {
  /** "service", "namespace/service", either with ":port"; "" for none. */
  service?: string;
  /** Name of the target group, or a Service: what Envoy calls a cluster; "" for none. */
  cluster?: string;
  targetGroup?: string;
  /** Priority, "default", the name of the Rule, or "namespace/ingress" that made it. */
  rule?: number | string;
  status?: number;
  /** Location, whole; "" for none. */
  redirect?: string;
  /** Of the request as the Service gets it. */
  headers?: readonly HeaderExpectation[];
  /** Host and path with query as the Service gets them. */
  host?: string;
  path?: string;
  /** By Service, written as above: its part of all weights of the rule, in any unit. */
  weights?: Readonly<Record<string, number>>;
}

export interface HeaderExpectation {
  name: string;
  match: "exact" | "prefix" | "suffix" | "contains" | "present" | "absent";
  value: string;
  /** Envoy's invert_match. */
  isInverted: boolean;
}
