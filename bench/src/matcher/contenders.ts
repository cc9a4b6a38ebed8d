import { compileRules, matchRule, type RequestView, type RuleInput } from "@loopway/routing";
import findMyWay from "find-my-way";
import { Memoirist } from "memoirist";
import { addRoute, createRouter, findRoute } from "rou3";
import { compileRegExpList } from "./regexp-list.ts";

/** Index of the rule that takes the request, or -1. */
export type Match = (request: RequestView) => number;

export interface Contender {
  build(rules: readonly RuleInput[]): Match;
  /** Gives a function that changes the next rule and has the table renewed; who has none builds anew. */
  prepareChanges?(rules: readonly RuleInput[]): () => void;
  /** The floor gives no answer; everybody else is checked against the oracle before the clock starts. */
  isChecked: boolean;
}

/** What a router is for the loads that it can serve: one host, paths with an optional final wildcard, no priorities. */
interface PathRouter {
  add(path: string, index: number): void;
  find(path: string): number;
}

export const contenders: Readonly<Record<string, Contender>> = {
  loopway: {
    isChecked: true,
    build(rules) {
      const { table } = compileRules(rules);
      return (request) => matchRule(table, request);
    },
    prepareChanges(rules) {
      let current = rules;
      let { table } = compileRules(current);
      let turn = 0;
      return () => {
        const index = (turn++ * 997) % current.length;
        const rule = current[index] as RuleInput;
        current = current.with(index, { ...rule, conditions: [...rule.conditions] });
        table = compileRules(current, { previous: table }).table;
      };
    },
  },
  "find-my-way": {
    isChecked: true,
    build: (rules) =>
      routersByHost(rules, () => {
        const router = findMyWay();
        const ignored = () => {};
        return {
          // In an object, because it takes a store of 0 for none.
          add: (path, index) => router.on("GET", path, ignored, { index }),
          find: (path) => router.find("GET", path)?.store.index ?? -1,
        };
      }),
  },
  memoirist: {
    isChecked: true,
    build: (rules) =>
      routersByHost(rules, () => {
        const router = new Memoirist<number>();
        return { add: (path, index) => router.add("GET", path, index), find: (path) => router.find("GET", path)?.store ?? -1 };
      }),
  },
  rou3: {
    isChecked: true,
    build: (rules) =>
      routersByHost(rules, () => {
        const router = createRouter<number>();
        return {
          add: (path, index) => addRoute(router, "GET", path.replace(/\/\*$/, "/**"), index),
          find: (path) => findRoute(router, "GET", path)?.data ?? -1,
        };
      }),
  },
  "RegExp list": { isChecked: true, build: compileRegExpList },
  /** What no matcher can do without: find the host in a Map and look at each character of the path once. */
  floor: {
    isChecked: false,
    build(rules) {
      const hosts = new Map(rules.map((rule, index) => [hostOf(rule), index]));
      return ({ host, path }) => {
        const found = hosts.get(host);
        if (found === undefined) return -1;
        let sum = found;
        for (let at = 0; at < path.length; at++) sum = (sum + path.charCodeAt(at)) | 0;
        return sum;
      };
    },
  },
};

function routersByHost(rules: readonly RuleInput[], create: () => PathRouter): Match {
  const routers = new Map<string, PathRouter>();
  for (const [index, rule] of rules.entries()) {
    const host = hostOf(rule);
    const router = routers.get(host) ?? create();
    routers.set(host, router);
    for (const path of rule.conditions.flatMap(({ pathPatternConfig }) => pathPatternConfig?.values ?? [])) router.add(path, index);
  }
  return ({ host, path }) => routers.get(host)?.find(path) ?? -1;
}

function hostOf({ conditions }: RuleInput): string {
  return conditions.flatMap(({ hostHeaderConfig }) => hostHeaderConfig?.values ?? [])[0] ?? "";
}
