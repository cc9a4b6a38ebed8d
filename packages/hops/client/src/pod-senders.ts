import { askResolver } from "@loopway/dns-client";
import type { Hop } from "@loopway/hop-kit";
import { findPod, type Snapshot } from "@loopway/kube";
import { addressPlan, clusterDnsAddress, objectKey } from "@loopway/model";
import type { Resolver } from "./resolver.ts";
import { createSearchResolver } from "./search-resolver.ts";

/** A pod in whose place a request is sent. */
export interface Sender {
  /** "pod/namespace/name". */
  name: string;
  resolver: Resolver;
  /** Where its connections come from; absent where pods have no addresses of their own (`--addresses mapped`). */
  localAddress?: string;
}

/** `find` gives what there is instead, in words, where no such pod has an address. */
export interface Senders {
  find(key: string): Promise<Sender | { known: string }>;
}

const DNS_PORT = 53;

/** Pods are watched from the first request on that is sent for one: most people never send any. */
export function createPodSenders(hop: Pick<Hop, "config" | "watch" | "resolve">): Senders {
  const { config } = hop;
  // kubelet's --cluster-dns.
  const dns = { address: clusterDnsAddress(addressPlan(config.instance)), port: DNS_PORT };
  const ask = (name: string) => askResolver({ name, udp: hop.resolve("udp", dns), tcp: hop.resolve("tcp", dns) });
  let watched: Promise<Snapshot> | undefined;
  return {
    async find(key) {
      watched ??= hop.watch([{ kind: "Pod" }], () => undefined);
      const found = findPod(await watched, key);
      if ("known" in found) return found;
      const { metadata, status } = found.pod;
      const { namespace = "default", name } = metadata;
      if (status?.podIP === undefined) return { known: `${objectKey(found.pod)} has no address yet` };
      const resolver = createSearchResolver({ namespace, ask });
      return { name: `pod/${namespace}/${name}`, resolver, ...(config.addresses === "mapped" ? {} : { localAddress: status.podIP }) };
    },
  };
}
