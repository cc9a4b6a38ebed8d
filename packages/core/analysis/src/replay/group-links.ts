/**
 * Which Service a logged target group is. Its name says so where it is one of the manifests'; names of the real controller agree but for the
 * hash, which depends on the cluster's name and the Service's uid; any other name is what most of its lines say.
 */

import { servicesOf } from "../routes.ts";
import type { Counted, Example } from "./class-counter.ts";
import { detach } from "./detach.ts";
import { isAlike } from "./name-load-balancer.ts";
import type { Expectation } from "./visible-rules.ts";

/** Lines that one rule should have taken and that AWS sent to one target group. */
export type GroupLink = Counted<{ expectation: Expectation; arn: string }>;

/** Target groups that are told apart; a load balancer has a hundred by default. */
const MAX_LINKS = 10_000;

export class GroupLinks {
  readonly #linksByRule = new Map<Expectation, Map<string, GroupLink>>();
  #count = 0;
  /** Lines whose target group came too late to be looked at: nobody can say that they agree. */
  rest = 0;

  add(expectation: Expectation, arn: string, exampleOf: () => Example): void {
    let links = this.#linksByRule.get(expectation);
    if (links === undefined) {
      links = new Map();
      this.#linksByRule.set(expectation, links);
    }
    const link = links.get(arn);
    if (link !== undefined) link.count += 1;
    else if (this.#count >= MAX_LINKS) this.rest += 1;
    else {
      this.#count += 1;
      const kept = detach(arn);
      links.set(kept, { expectation, arn: kept, count: 1, example: exampleOf() });
    }
  }

  /** The Service of each logged target group; none where no rule's target group can be it. */
  services(serviceByGroup: ReadonlyMap<string, string>): Map<string, string> {
    const links = this.#all();
    const linesByArn = new Map<string, number>();
    for (const { arn, count } of links) linesByArn.set(arn, (linesByArn.get(arn) ?? 0) + count);
    const services = new Map<string, string>();
    const taken = new Set<string>();
    for (const [arn] of [...linesByArn].sort((a, b) => b[1] - a[1])) {
      const service = serviceOf(arn, { links, serviceByGroup, taken });
      if (service === undefined) continue;
      services.set(arn, service);
      taken.add(service);
    }
    return services;
  }

  /** Links whose target group is no Service of their rule, the most frequent first. */
  conflicts(services: ReadonlyMap<string, string>): GroupLink[] {
    return this.#all()
      .filter(({ expectation, arn }) => !servicesOf(expectation.answer).includes(services.get(arn) ?? ""))
      .sort((a, b) => b.count - a.count);
  }

  #all(): GroupLink[] {
    return [...this.#linksByRule.values()].flatMap((links) => [...links.values()]);
  }
}

interface Knowledge {
  links: readonly GroupLink[];
  serviceByGroup: ReadonlyMap<string, string>;
  /** Services that target groups with more lines are. */
  taken: ReadonlySet<string>;
}

function serviceOf(arn: string, { links, serviceByGroup, taken }: Knowledge): string | undefined {
  const name = groupOfArn(arn);
  const same = serviceByGroup.get(name);
  if (same !== undefined) return same;
  const alike = servicesAlike(name, serviceByGroup);
  const isControllers = name.startsWith("k8s-");
  const lines = new Map<string, number>();
  for (const link of links) {
    if (link.arn !== arn) continue;
    for (const service of servicesOf(link.expectation.answer)) lines.set(service, (lines.get(service) ?? 0) + link.count);
  }
  const candidates = [...lines].sort((a, b) => b[1] - a[1]).map(([service]) => service);
  // A target group that was made anew has another hash: one Service may well be several of the controller's target groups.
  if (isControllers) return candidates.find((service) => alike.includes(service)) ?? alike[0];
  return candidates.find((service) => !taken.has(service));
}

function servicesAlike(name: string, serviceByGroup: ReadonlyMap<string, string>): string[] {
  return [...serviceByGroup].filter(([group]) => isAlike(group, name)).map(([, service]) => service);
}

/** The Service that the name of a target group alone tells; the name where it tells none. */
export function serviceByName(arn: string, serviceByGroup: ReadonlyMap<string, string>): string {
  const name = groupOfArn(arn);
  return serviceByGroup.get(name) ?? servicesAlike(name, serviceByGroup)[0] ?? name;
}

/** The name in "arn:…:targetgroup/<name>/<id>". */
function groupOfArn(arn: string): string {
  return arn.split(":targetgroup/")[1]?.split("/")[0] ?? arn;
}
