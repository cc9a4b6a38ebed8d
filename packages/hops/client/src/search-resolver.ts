import { type ResolvConf, searchNames } from "@loopway/dns";
import type { Reply } from "@loopway/dns-client";
import type { FlowEnd } from "@loopway/model";
import { type Resolver, readReply } from "./resolver.ts";

export interface SearchOptions {
  /** The pod's. */
  conf: ResolvConf;
  /** Asks one of its name servers for one full name. */
  ask(name: string, nameserver: string): Promise<Reply | undefined>;
}

/** resolv/res_send.c of glibc: the next name server is asked after silence and after these. */
const nextServer: ReadonlySet<string> = new Set(["SERVFAIL", "NOTIMP", "REFUSED"]);

/** What a pod's resolver does: the names of its search list one after the other until one has an address. Keeps nothing, as glibc and musl keep nothing. */
export function createSearchResolver({ conf, ask }: SearchOptions): Resolver {
  const askInTurn = async (name: string): Promise<Reply | undefined> => {
    const flows: FlowEnd[] = [];
    let last: Reply | undefined;
    for (const nameserver of conf.nameservers) {
      const reply = await ask(name, nameserver);
      flows.push(...(reply?.flows ?? []));
      last = reply ?? last;
      if (reply !== undefined && !nextServer.has(reply.response.rcode)) break;
    }
    return last === undefined ? undefined : { ...last, flows };
  };
  return {
    known: () => undefined,
    async ask(name) {
      const flows: FlowEnd[] = [];
      let last = readReply(name, undefined).resolution;
      for (const candidate of searchNames(name, conf)) {
        const reply = await askInTurn(candidate);
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
