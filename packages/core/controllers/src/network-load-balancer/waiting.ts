import { objectKey, type Service } from "@loopway/model";
import type { NetworkLoadBalancerStack } from "./build-stack.ts";
import { LOAD_BALANCER_CLASS } from "./flags.ts";

const MEANWHILE = "its clusterIP and nodePorts work meanwhile";
const SERVED = ["TCP", "UDP", "TCP_UDP", "TLS"];

/** What a Service of type LoadBalancer waits for that no controller takes. */
export function waitsForClass(service: Service): string {
  const { loadBalancerClass } = service.spec;
  const lack = loadBalancerClass === undefined ? "it has no loadBalancerClass" : `its class is ${loadBalancerClass}`;
  return `waiting for a load balancer: no controller takes Service ${objectKey(service)} (${lack}; ${LOAD_BALANCER_CLASS}, or the annotation service.beta.kubernetes.io/aws-load-balancer-type: external with aws-load-balancer-nlb-target-type, makes a network load balancer); ${MEANWHILE}`;
}

/** Undefined where every listener of its load balancer can be served. */
export function waitsForProtocol(service: Service, { listeners }: NetworkLoadBalancerStack): string | undefined {
  const others = listeners.filter(({ spec }) => !SERVED.includes(spec.protocol)).map(({ spec }) => `${spec.protocol}:${spec.port}`);
  if (others.length === 0) return undefined;
  return `waiting: Service ${objectKey(service)} asks for the listeners ${others.join(", ")}; this version of Loopway serves ${SERVED.join(", ")} only, and leaves its load balancer as it is until then; ${MEANWHILE}`;
}
