import { searchNames } from "@loopway/dns";
import type { Reply } from "@loopway/dns-client";
import type { FlowEnd } from "@loopway/model";
import { type Resolver, readReply } from "./resolver.ts";

export interface SearchOptions {
  /** Of the pod. */
  namespace: string;
  /** Asks the cluster's DNS for one full name. */
  ask(name: string): Promise<Reply | undefined>;
}

/** What a pod's resolver does: the names of its search list one after the other until one has an address. Keeps nothing, as glibc and musl keep nothing. */
export function createSearchResolver({ namespace, ask }: SearchOptions): Resolver {
  return {
    known: () => undefined,
    async ask(name) {
      const flows: FlowEnd[] = [];
      let last = readReply(name, undefined).resolution;
      for (const candidate of searchNames(name, namespace)) {
        const reply = await ask(candidate);
        flows.push(...(reply?.flows ?? []));
        last = readReply(candidate, reply).resolution;
        // Silence ends the search: nobody is there who could know another name.
        if (last.addresses.length > 0 || reply === undefined) break;
      }
      return { ...last, flows };
    },
    forget: () => undefined,
  };
}
