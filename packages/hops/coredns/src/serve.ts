import { compileClusterZones } from "@loopway/dns";
import { NameServer, serveTcp, serveUdp } from "@loopway/dns-server";
import type { Hop } from "@loopway/hop-kit";
import {
  addressPlan,
  CLUSTER_DNS,
  clusterDnsAddress,
  type EndpointSlice,
  type KubeObject,
  type Namespace,
  type Service,
} from "@loopway/model";
import { forwardTo } from "./forward.ts";

const DNS_PORT = 53;

/** The names of Services, their endpoints and pods, at the clusterIP of Service kube-system/kube-dns; others are the VPC resolver's. */
export async function serve(hop: Hop): Promise<void> {
  const plan = addressPlan(hop.config.instance);
  const nameServer = new NameServer("coredns", hop, { complete: forwardTo(hop, { address: plan.resolver, port: DNS_PORT }) });
  const usual = clusterDnsAddress(plan);
  let clusterIP: string | undefined;
  await hop.watch([{ kind: "Namespace" }, { kind: "Service" }, { kind: "EndpointSlice" }], (objects) => {
    const namespaces = objects.list<Namespace>("Namespace");
    const services = objects.list<Service>("Service");
    const slices = objects.list<EndpointSlice>("EndpointSlice");
    nameServer.swap(compileClusterZones({ namespaces, services, slices, revision: newest([...services, ...slices]) }));
    clusterIP ??= objects.get<Service>("Service", CLUSTER_DNS.namespace, CLUSTER_DNS.name)?.spec.clusterIP;
  });
  const virtual = { address: clusterIP === undefined || clusterIP === "None" ? usual : clusterIP, port: DNS_PORT };
  // TCP first: of the two it is the one whose port may be somebody's outgoing connection; UDP then takes the same number.
  await serveTcp(hop, { virtual, nameServer });
  await serveUdp(hop, { virtual, nameServer });
  hop.ready();
}

function newest(objects: readonly KubeObject[]): number {
  return objects.reduce((highest, { metadata }) => Math.max(highest, Number(metadata.resourceVersion ?? 0)), 0);
}
