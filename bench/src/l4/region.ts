// The product's own forwarders in front of the backend: a Service of type LoadBalancer without selector, its hand-written EndpointSlice, and
// the processes that the supervisor starts for it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AVAILABILITY_ZONES, addressPlan, nodeAddress } from "@loopway/model";
import { pidOf, startWorld } from "../product/world.ts";

/** Address blocks that nobody starts by default. */
const INSTANCE = 20;
const NODE_PORT = 30_080;
const LISTENER_PORT = 8080;

export interface Forwarder {
  pid: number;
  address: string;
  port: number;
}

export interface Region {
  kubeProxy: Forwarder;
  nlb: Forwarder;
  stop(): Promise<void>;
}

/** The target reference lets the load balancer register it: only pods are ip targets. */
const manifest = (backendPort: number) => `
apiVersion: v1
kind: Service
metadata:
  name: bench
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing
    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
spec:
  type: LoadBalancer
  loadBalancerClass: service.k8s.aws/nlb
  ports:
  - { name: tcp, port: ${LISTENER_PORT}, targetPort: ${backendPort}, nodePort: ${NODE_PORT} }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: bench-1
  labels: { kubernetes.io/service-name: bench }
addressType: IPv4
endpoints:
- addresses: [127.0.0.1]
  targetRef: { kind: Pod, name: backend, namespace: default }
ports:
- { name: tcp, port: ${backendPort}, protocol: TCP }
`;

export async function startRegion(folder: string, backendPort: number): Promise<Region> {
  const file = join(folder, "service.yaml");
  await writeFile(file, manifest(backendPort));
  const world = startWorld({ stateDir: join(folder, "state"), instance: INSTANCE, files: [file] });
  await world.ready;
  const plan = addressPlan(INSTANCE);
  const [availabilityZone] = AVAILABILITY_ZONES;
  if (availabilityZone === undefined) throw new Error("there is an availability zone");
  const node = nodeAddress(plan, availabilityZone);
  const isOfNode = ({ kind, name }: { kind: string; name: string }) => kind === "kube-proxy" && name.includes(node.replaceAll(".", "-"));
  return {
    kubeProxy: { pid: await pidOf(world, isOfNode), address: node, port: NODE_PORT },
    nlb: { pid: await pidOf(world, ({ kind }) => kind === "nlb"), address: `${plan.publicAddresses}.0.1`, port: LISTENER_PORT },
    stop: world.stop,
  };
}
