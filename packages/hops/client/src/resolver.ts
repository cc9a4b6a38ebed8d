import type { Reply } from "@loopway/dns-client";
import type { Decision, FlowEnd } from "@loopway/model";

/** What a name means at present. */
export interface Resolution {
  /** In the order of the answer; empty where the name has no address. */
  addresses: readonly string[];
  /** NXDOMAIN, REFUSED …; NODATA for a name without A records, TIMEOUT where nobody answered. */
  rcode: string;
  decision: Decision;
  /** The queries that this very request caused; none where the answer was known, or another request was already asking. */
  flows: readonly FlowEnd[];
}

export interface Resolver {
  /** A known answer whose TTL has not passed. */
  known(name: string): Resolution | undefined;
  /** Asks. Requests for one name at one time share one query, unless they want their own. */
  ask(name: string, options: { own: boolean }): Promise<Resolution>;
  /** The known answer led nowhere: the next request asks anew. */
  forget(name: string): void;
}

export interface ResolverOptions {
  ask(name: string): Promise<Reply | undefined>;
  nowUs(): number;
}

/** Names beyond this number push out the oldest: a client asks for a handful. */
const MAX_NAMES = 1_000;

interface CachedResolution {
  resolution: Resolution;
  expiresUs: number;
}

/** Positive answers are kept for their TTL, as a client's stub resolver does; negative ones are not kept. */
export function createResolver({ ask, nowUs }: ResolverOptions): Resolver {
  const cache = new Map<string, CachedResolution>();
  const underWay = new Map<string, Promise<Resolution>>();

  const keep = (name: string, resolution: Resolution, ttl: number) => {
    cache.delete(name);
    const [oldest] = cache.keys();
    if (cache.size >= MAX_NAMES && oldest !== undefined) cache.delete(oldest);
    cache.set(name, { resolution: { ...resolution, flows: [] }, expiresUs: nowUs() + ttl * 1_000_000 });
  };
  const askAnew = async (name: string): Promise<Resolution> => {
    const reply = await ask(name);
    const { resolution, ttl } = readReply(name, reply);
    if (resolution.addresses.length > 0 && ttl > 0) keep(name, resolution, ttl);
    return resolution;
  };
  return {
    known(name) {
      const cached = cache.get(name);
      return cached === undefined || cached.expiresUs <= nowUs() ? undefined : cached.resolution;
    },
    async ask(name, { own }) {
      const shared = underWay.get(name);
      if (own) return await askAnew(name);
      if (shared !== undefined) return { ...(await shared), flows: [] };
      const asked = askAnew(name).finally(() => underWay.delete(name));
      underWay.set(name, asked);
      return await asked;
    },
    forget: (name) => void cache.delete(name),
  };
}

/** What a reply says of a name; none: TIMEOUT. */
export function readReply(name: string, reply: Reply | undefined): { resolution: Resolution; ttl: number } {
  const records = reply?.response.answers ?? [];
  const addresses = records.filter(({ type }) => type === "A").map(({ data }) => data);
  // An alias chain lives as long as its shortest link.
  const ttl = Math.min(...records.map((record) => record.ttl), Number.MAX_SAFE_INTEGER);
  const answered = reply?.response.rcode ?? "TIMEOUT";
  const rcode = answered === "NOERROR" && addresses.length === 0 ? "NODATA" : answered;
  const decision: Decision = { kind: "record", name, recordType: "A", ttl: records.length === 0 ? 0 : ttl, answers: addresses, rcode };
  return { resolution: { addresses, rcode, decision, flows: reply?.flows ?? [] }, ttl };
}
