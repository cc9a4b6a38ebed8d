import { nodeDnsOf, resolvConfOf } from "@loopway/dns";
import { askResolver } from "@loopway/dns-client";
import type { Hop } from "@loopway/hop-kit";
import { findPod, type Snapshot } from "@loopway/kube";
import { addressPlan, isInCidr, objectKey } from "@loopway/model";
import type { Resolver } from "./resolver.ts";
import { createSearchResolver } from "./search-resolver.ts";

/** A pod in whose place a request is sent. */
export interface Sender {
  /** "pod/namespace/name". */
  name: string;
  resolver: Resolver;
  /** What it means that nobody answers its resolver. */
  silence: string;
  /** Where its connections come from; absent where pods have no addresses of their own (`--addresses mapped`). */
  localAddress?: string;
}

/** `find` gives what there is instead, in words, where no such pod has an address. */
export interface Senders {
  find(key: string): Promise<Sender | { known: string }>;
}

const DNS_PORT = 53;
/** Of instances: the VPC's resolver once more ("Amazon DNS", VPC guide). */
const LINK_LOCAL_RESOLVER = "169.254.169.253";

/** Pods are watched from the first request on that is sent for one: most people never send any. */
export function createPodSenders(hop: Pick<Hop, "config" | "watch" | "resolve">): Senders {
  const { config } = hop;
  const plan = addressPlan(config.instance);
  const dns = nodeDnsOf(plan);
  const ask = async (name: string, nameserver: string) => {
    const virtual = { address: nameserver === LINK_LOCAL_RESOLVER ? plan.resolver : nameserver, port: DNS_PORT };
    // A name server outside the region is silent: nothing leaves the machine.
    if (!isInCidr(virtual.address, "127.0.0.0/8")) return undefined;
    return await askResolver({ name, udp: hop.resolve("udp", virtual), tcp: hop.resolve("tcp", virtual) });
  };
  let watched: Promise<Snapshot> | undefined;
  return {
    async find(key) {
      watched ??= hop.watch([{ kind: "Pod" }], () => undefined);
      const found = findPod(await watched, key);
      if ("known" in found) return found;
      const { metadata, status } = found.pod;
      const { namespace = "default", name } = metadata;
      if (status?.podIP === undefined) return { known: `${objectKey(found.pod)} has no address yet` };
      const conf = resolvConfOf(found.pod, dns);
      const isOfCluster = conf.nameservers.includes(dns.clusterDns);
      const sender = {
        name: `pod/${namespace}/${name}`,
        resolver: createSearchResolver({ conf, ask }),
        silence: isOfCluster
          ? "the cluster's DNS runs where Service kube-system/kube-dns exists"
          : `its resolv.conf names ${conf.nameservers.join(", ")}; outside the region nobody is asked`,
      };
      return { ...sender, ...(config.addresses === "mapped" ? {} : { localAddress: status.podIP }) };
    },
  };
}
