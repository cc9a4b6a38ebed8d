// Which load balancer of an IngressGroup a connection reaches: by its own address, or through the network load balancer in front of it.
import { AWS_NAMESPACE } from "@loopway/controllers";
import { type Listener, type LoadBalancer, loadBalancerAddresses, STACK_LABEL, type Target, type TargetGroup } from "@loopway/model";
import type { Settled, SettledLoadBalancer } from "../settled.ts";

export interface Reached {
  settledLoadBalancer: SettledLoadBalancer;
  /** At which it is asked. */
  port: number;
}

/** A text says why it reaches none. */
export function reach(address: string, port: number, settled: Settled): Reached | string {
  const { snapshot, loadBalancers } = settled;
  const own = loadBalancers.find(({ table }) => table.addresses.includes(address));
  if (own !== undefined) return { settledLoadBalancer: own, port };
  const inAws = { namespace: AWS_NAMESPACE };
  const frontend = snapshot.list<LoadBalancer>("LoadBalancer", inAws).find((one) => loadBalancerAddresses(one).includes(address));
  if (frontend === undefined) return `no load balancer of these manifests has the address ${address}`;
  const { name } = frontend.metadata;
  const listeners = snapshot.list<Listener>("Listener", { ...inAws, labels: { matchLabels: { [STACK_LABEL]: name } } });
  const [target] = targetsOf(
    listeners.find(({ spec }) => spec.port === port),
    settled,
  );
  const behind = loadBalancers.find(({ loadBalancer }) => loadBalancer.status?.ackResourceMetadata?.arn === target?.id);
  if (target !== undefined && behind !== undefined) return { settledLoadBalancer: behind, port: target.port };
  const open = listeners.map(({ spec }) => spec.port).join(", ");
  return `network load balancer ${name} leads to no load balancer of an Ingress on port ${port} (it listens on ${open})`;
}

function targetsOf(listener: Listener | undefined, { snapshot }: Settled): readonly Target[] {
  const name = listener?.spec.defaultActions[0]?.forwardConfig?.targetGroups[0]?.targetGroupRef.from.name;
  return name === undefined ? [] : (snapshot.get<TargetGroup>("TargetGroup", AWS_NAMESPACE, name)?.spec.targets ?? []);
}
