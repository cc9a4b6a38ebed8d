import type { Address } from "@loopway/model";

/** A ClusterIP Service as kube-proxy programs it. */
export interface ProgrammedService {
  name: string;
  virtual: Address;
  endpoints: readonly Address[];
  /** sessionAffinity ClientIP. */
  affinitySeconds?: number;
}

/**
 * What kube-proxy hands to iptables-restore for these Services (pkg/proxy/iptables/proxier.go, syncProxyRules, mode iptables, without cluster
 * CIDR): its own chains are named by hashes, these by the Service.
 *
 *   OUTPUT ─▶ KUBE-SERVICES ─▶ KUBE-SVC-x ─ 1/n ──────▶ KUBE-SEP-x-0 ─▶ DNAT
 *                                         ├ 1/(n-1) ──▶ KUBE-SEP-x-1
 *                                         └ the rest ─▶ KUBE-SEP-x-(n-1)
 */
export function iptablesRules(services: readonly ProgrammedService[]): string {
  const served = services.filter(({ endpoints }) => endpoints.length > 0);
  const chains = served.flatMap(({ name, endpoints }) => [`KUBE-SVC-${name}`, ...endpoints.map((_, index) => sepOf(name, index))]);
  return [
    "*filter",
    ":KUBE-SERVICES - [0:0]",
    "-A OUTPUT -m conntrack --ctstate NEW -j KUBE-SERVICES",
    ...services.filter(({ endpoints }) => endpoints.length === 0).map(({ virtual }) => `-A KUBE-SERVICES ${to(virtual)} -j REJECT`),
    "COMMIT",
    "*nat",
    ...["KUBE-SERVICES", "KUBE-MARK-MASQ", "KUBE-POSTROUTING", ...chains].map((chain) => `:${chain} - [0:0]`),
    "-A OUTPUT -j KUBE-SERVICES",
    "-A POSTROUTING -j KUBE-POSTROUTING",
    "-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000",
    "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
    "-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000",
    "-A KUBE-POSTROUTING -j MASQUERADE --random-fully",
    ...served.flatMap(chainsOf),
    "COMMIT",
    "",
  ].join("\n");
}

function chainsOf({ name, virtual, endpoints, affinitySeconds }: ProgrammedService): string[] {
  const svc = `KUBE-SVC-${name}`;
  const count = endpoints.length;
  const seps = endpoints.map((_, index) => sepOf(name, index));
  const remembered = (sep: string) => `-A ${svc} -m recent --name ${sep} --rcheck --seconds ${affinitySeconds} --reap -j ${sep}`;
  const chosen = (sep: string, index: number) => {
    // computeProbability: ten digits.
    const probability = (1 / (count - index)).toFixed(10);
    return `-A ${svc} ${index < count - 1 ? `-m statistic --mode random --probability ${probability} ` : ""}-j ${sep}`;
  };
  const affinity = (sep: string) => (affinitySeconds === undefined ? "" : `-m recent --name ${sep} --set `);
  return [
    `-A KUBE-SERVICES ${to(virtual)} -j ${svc}`,
    ...(affinitySeconds === undefined ? [] : seps.map(remembered)),
    ...seps.map(chosen),
    ...endpoints.flatMap(({ address, port }, index) => [
      `-A ${sepOf(name, index)} -s ${address}/32 -j KUBE-MARK-MASQ`,
      `-A ${sepOf(name, index)} ${affinity(sepOf(name, index))}-p tcp -m tcp -j DNAT --to-destination ${address}:${port}`,
    ]),
  ];
}

function sepOf(name: string, index: number): string {
  return `KUBE-SEP-${name}-${index}`;
}

function to({ address, port }: Address): string {
  return `-d ${address}/32 -p tcp -m tcp --dport ${port}`;
}
