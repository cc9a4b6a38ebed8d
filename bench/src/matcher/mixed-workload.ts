import type { RuleCondition } from "@loopway/model";
import type { RequestView, RuleInput } from "@loopway/routing";
import { type Dice, seededDice } from "./random.ts";
import { flat, REQUESTS, type Workload } from "./workload.ts";

type Conditions = RuleCondition[];

const words = ["order", "user", "cart", "pay", "search", "stock", "auth", "admin", "report", "coupon"];
const stages = ["canary", "beta", "internal"];

/**
 * What AWS allows beyond prefixes, in random order of priority: 10 % rules without host, 15 % wildcard hosts; globs in the middle and suffixes among
 * the paths; a fifth of the hosts come in pairs; 12 % ask for a header, 3 % for a method, 3 % for a query parameter, 3 % for a source address.
 */
export function mixedWorkload(size: { rules: number; hosts: number }): Workload {
  const dice = seededDice(7);
  const rules = Array.from({ length: size.rules }, (_, index): RuleInput => {
    const conditions = [...hostConditions(dice, size.hosts), ...pathConditions(dice), ...otherConditions(dice)];
    return { id: `rule-${index}`, priority: index + 1, conditions };
  });
  return { rules, requests: Array.from({ length: REQUESTS }, () => buildRequest(dice, size.hosts)) };
}

function hostConditions(dice: Dice, hosts: number): Conditions {
  if (dice.chance(0.1)) return [];
  const host = dice.chance(0.17) ? `*.team${dice.below(17)}.test` : hostName(dice.below(hosts));
  const second = dice.chance(0.2) ? [hostName(dice.below(hosts))] : [];
  return [{ field: "host-header", hostHeaderConfig: { values: [host, ...second] } }];
}

function hostName(index: number): string {
  return `svc-${index}.team${index % 17}.test`;
}

function pathConditions(dice: Dice): Conditions {
  const word = () => dice.oneOf(words);
  const base = `/v${1 + dice.below(3)}/${word()}`;
  const values = () => {
    const kind = dice.below(100);
    if (kind < 50) return [base, `${base}/*`];
    if (kind < 70) return [`${base}/${word()}`];
    if (kind < 85) return [`/v${1 + dice.below(3)}/*/${word()}`];
    if (kind < 95) return [`${base}/${word()}-?/*`];
    return [`*.${dice.oneOf(["png", "js", "css"])}`];
  };
  return [{ field: "path-pattern", pathPatternConfig: { values: values() } }];
}

function otherConditions(dice: Dice): Conditions {
  const kind = dice.below(100);
  if (kind < 12) return [{ field: "http-header", httpHeaderConfig: { httpHeaderName: "X-Stage", values: [`${dice.oneOf(stages)}*`] } }];
  if (kind < 15) return [{ field: "http-request-method", httpRequestMethodConfig: { values: ["POST", "PUT"] } }];
  if (kind < 18) return [{ field: "query-string", queryStringConfig: { values: [{ key: "version", value: `v${dice.below(3)}` }] } }];
  if (kind < 21) return [{ field: "source-ip", sourceIPConfig: { values: [`10.${dice.below(4)}.0.0/16`, "192.0.2.0/24"] } }];
  return [];
}

function buildRequest(dice: Dice, hosts: number): RequestView {
  const word = () => dice.oneOf(words);
  const host = dice.chance(0.9) ? hostName(dice.below(hosts)) : `other-${dice.below(50)}.team${dice.below(20)}.test`;
  const path = dice.chance(0.8)
    ? `/v${1 + dice.below(3)}/${word()}/${dice.chance(0.5) ? dice.below(1_000_000) : `${word()}-${dice.below(10)}`}/${word()}/${word()}`
    : `/${dice.chance(0.5) ? "static" : "nope"}/${dice.below(1_000_000)}.${dice.oneOf(["js", "html"])}`;
  const stage = dice.chance(0.1) ? `${dice.oneOf(stages)}-${dice.below(3)}` : undefined;
  const headers: [string, string][] = [
    ["host", host],
    ["user-agent", "Mozilla/5.0 (X11; Linux x86_64)"],
    ["accept", "*/*"],
    ["x-forwarded-for", "203.0.113.9"],
    ...(stage === undefined ? [] : [["x-stage", stage] satisfies [string, string]]),
  ];
  return {
    host: flat(host),
    path: flat(path),
    query: dice.chance(0.2) ? `page=2&version=v${dice.below(4)}` : undefined,
    method: dice.chance(0.15) ? "POST" : "GET",
    keys: headers.map(([key]) => key),
    values: headers.map(([, value]) => value),
    sourceIp: dice.chance(0.3) ? `10.${dice.below(8)}.7.7` : "203.0.113.9",
  };
}
