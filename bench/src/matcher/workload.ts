import type { RequestView, RuleInput } from "@loopway/routing";
import { mixedWorkload } from "./mixed-workload.ts";
import { prefixWorkload } from "./prefix-workload.ts";

/** Rules in order of priority, priority = index + 1, so that a matcher may answer with either; and the requests sent through them. */
export interface Workload {
  rules: RuleInput[];
  requests: RequestView[];
}

export const REQUESTS = 4096;

const workloads: Readonly<Record<string, () => Workload>> = {
  "20 rules, 1 host": () => prefixWorkload({ rules: 20, hosts: 1 }),
  "100 rules, 10 hosts": () => prefixWorkload({ rules: 100, hosts: 10 }),
  "1,000 rules, 100 hosts": () => prefixWorkload({ rules: 1000, hosts: 100 }),
  "10,000 rules, 1,000 hosts": () => prefixWorkload({ rules: 10_000, hosts: 1000 }),
  "100 mixed rules": () => mixedWorkload({ rules: 100, hosts: 10 }),
  "1,000 mixed rules": () => mixedWorkload({ rules: 1000, hosts: 100 }),
};

export const loadNames = Object.keys(workloads);

export function buildWorkload(load: string): Workload {
  const build = workloads[load];
  if (build === undefined) throw new Error(`no load is named ${load}`);
  return build();
}

/** One flat string in memory, as a parser makes it: neither a rope of its parts nor shared with the rule's own text. */
export function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
