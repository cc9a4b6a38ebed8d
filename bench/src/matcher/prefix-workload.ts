import type { RuleInput } from "@loopway/routing";
import { seededDice } from "./random.ts";
import { flat, REQUESTS, type Workload } from "./workload.ts";

const words = [
  ..."order orders user users cart catalog payment payments invoice search review inventory shipping".split(" "),
  ..."auth session profile admin report metrics event coupon refund wallet notification message".split(" "),
];

/** One for all: eight thousand empty lists would push the rules out of the processor's cache. */
const noHeaders: readonly string[] = [];

interface Path {
  host: string;
  path: string;
  isExact: boolean;
}

/**
 * What a load balancer controller makes of Ingresses: 20 % Exact paths, 80 % Prefix paths (each the two values `/p` and `/p/*`), per
 * host; Exact before Prefix, longer before shorter, so that priority equals specificity and routers that know no priority can stand beside us.
 * 80 % of the requests hit, Prefix ones with a deep path behind; of the misses a fifth goes to an unknown host.
 */
export function prefixWorkload(size: { rules: number; hosts: number }): Workload {
  const dice = seededDice(42);
  const paths = Array.from({ length: size.hosts }, (_, index) => {
    const host = size.hosts === 1 ? "api.example.test" : `svc-${index}.team${index % 17}.example.test`;
    const found = new Map<string, Path>();
    while (found.size < size.rules / size.hosts) {
      const deeper = dice.chance(0.45) ? `/${dice.oneOf(words)}` : "";
      const path = `/v${1 + dice.below(3)}/${dice.oneOf(words)}${deeper}`;
      found.set(path, { host, path, isExact: dice.chance(0.2) });
    }
    return [...found.values()];
  }).flat();
  paths.sort((a, b) => Number(b.isExact) - Number(a.isExact) || b.path.length - a.path.length || (a.path < b.path ? -1 : 1));

  const rules = paths.map(({ host, path, isExact }, index): RuleInput => {
    const values = isExact ? [path] : [path, `${path}/*`];
    return {
      id: `rule-${index}`,
      priority: index + 1,
      conditions: [
        { field: "host-header", hostHeaderConfig: { values: [host] } },
        { field: "path-pattern", pathPatternConfig: { values } },
      ],
    };
  });
  const requestPath = ({ path, isExact }: Path): string => {
    const number = () => dice.below(1_000_000);
    if (dice.chance(0.8)) return isExact ? path : `${path}/${number()}/items/${number()}/detail`;
    if (dice.chance(0.5)) return `/static/js/app.${number()}.js`;
    return dice.chance(0.6) ? `${path.slice(0, -1)}zz/${number()}` : `/v9/${dice.oneOf(words)}/${number()}`;
  };
  const requests = Array.from({ length: REQUESTS }, () => {
    const target = dice.oneOf(paths);
    const host = dice.chance(0.04) ? "unknown.example.test" : target.host;
    return {
      host: flat(host),
      path: flat(requestPath(target)),
      query: undefined,
      method: "GET",
      keys: noHeaders,
      values: noHeaders,
      sourceIp: "10.0.0.1",
    };
  });
  return { rules, requests };
}
