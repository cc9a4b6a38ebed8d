/** The security groups of a load balancer, compiled: whom they let in. Part of a table; immutable. */
import {
  type Decision,
  formatInboundSource,
  type InboundSource,
  inboundSources,
  type Protocol,
  parseIpv4,
  type SecurityGroup,
} from "@loopway/model";
import { type IpNetwork, networkContains, parseNetwork } from "@loopway/routing";

type FirewallDecision = Extract<Decision, { kind: "securityGroup" }>;

export interface Admission {
  isAdmitted: boolean;
  /** Undefined: there is no security group. */
  decision: FirewallDecision | undefined;
}

interface Source {
  /** Undefined: everybody. */
  network: IpNetwork | undefined;
  admission: Admission;
}

const OPEN: Admission = { isAdmitted: true, decision: undefined };

/**
 * Inbound rules admit and never refuse: the first that holds, in the order of the groups, is told. EC2 user guide, "Security group rules".
 * What the account holds besides is not ours to see: where none of the groups is an object everybody passes, and so does who may be in a
 * prefix list.
 */
export class Firewall {
  readonly #ids: readonly string[];
  readonly #known: readonly SecurityGroup[];
  /** By protocol and port, built when first asked for. */
  readonly #sources = new Map<string, readonly Source[]>();

  /** `ids` are those that the load balancer names. */
  constructor(ids: readonly string[], groups: readonly SecurityGroup[]) {
    this.#ids = ids;
    this.#known = ids.flatMap((id) => groups.find(({ metadata, status }) => metadata.name === id || status?.id === id) ?? []);
  }

  admit(protocol: Protocol, listenerPort: number, client: string): Admission {
    if (this.#ids.length === 0) return OPEN;
    const sources = this.#sourcesFor(protocol, listenerPort);
    const [first] = sources;
    // Most groups let everybody in: that is one look, without reading the address.
    if (first !== undefined && first.network === undefined) return first.admission;
    const octets = parseIpv4(client);
    const found = octets && sources.find(({ network }) => network === undefined || networkContains(network, octets));
    return found?.admission ?? { isAdmitted: false, decision: { kind: "securityGroup", securityGroups: [...this.#ids] } };
  }

  #sourcesFor(protocol: Protocol, listenerPort: number): readonly Source[] {
    const key = `${protocol}:${listenerPort}`;
    const sources = this.#sources.get(key) ?? this.#compile(protocol, listenerPort);
    this.#sources.set(key, sources);
    return sources;
  }

  #compile(protocol: Protocol, listenerPort: number): Source[] {
    if (this.#known.length === 0) return [admitting(undefined, [...this.#ids], "everybody (its rules are not known)")];
    return this.#known.flatMap((group) =>
      inboundSources(group)
        .filter((rule) => isAbout(rule, protocol, listenerPort))
        .flatMap((rule) => {
          const network = parseNetwork(rule.source);
          const isForAll = rule.source.startsWith("pl-") || (network?.prefixLength === 0 && network.octets.length === 4);
          if (network === undefined && !isForAll) return [];
          return [admitting(isForAll ? undefined : network, [group.metadata.name], formatInboundSource(rule))];
        }),
    );
  }
}

function admitting(network: IpNetwork | undefined, securityGroups: string[], rule: string): Source {
  return { network, admission: { isAdmitted: true, decision: { kind: "securityGroup", securityGroups, rule } } };
}

/** Without ports a rule is about all of them; protocol -1 is every one, whatever its ports say. */
function isAbout({ protocol, fromPort = 0, toPort = 65_535 }: InboundSource, wanted: Protocol, port: number): boolean {
  return protocol === "-1" || (protocol === wanted && fromPort <= port && port <= toPort);
}
