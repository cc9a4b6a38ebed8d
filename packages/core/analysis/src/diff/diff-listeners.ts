/** The rule tables of a listener before and after → changes, each with its cause and a witness that reads well. */
import type { Origin } from "@loopway/model";
import type { RequestView } from "@loopway/routing";
import { formatAnswer } from "./answer.ts";
import { kindOf } from "./change-kind.ts";
import { compareTables } from "./compare-tables.ts";
import { type ChangedPair, DEFAULT, type RulePair, type TableDifference } from "./compared-table.ts";
import { describeRegion, type Region } from "./describe-region.ts";
import type { DiffContext, FoundChange } from "./diff-context.ts";
import type { Change, RulePlace } from "./difference.ts";
import { findCause, objectAt, placeOf } from "./find-cause.ts";
import { improveWitness } from "./improve-witness.ts";
import type { AnsweringRule, ComparedListener, ComparedStack, Side } from "./read-side.ts";
import { formatWitness } from "./witness-curl.ts";

type StackListener = ComparedListener & { stack: ComparedStack };

export interface ListenerPair {
  before: StackListener;
  after: StackListener;
  onlyHost?: string;
  exceptHosts?: ReadonlySet<string>;
}

export function diffListeners(context: DiffContext, pair: ListenerPair): void {
  const { findings, compileRegex, limits } = context;
  const { before, after, onlyHost, exceptHosts } = pair;
  const difference = compareTables(
    { before: before.table, after: after.table },
    {
      ...(compileRegex !== undefined && { compileRegex }),
      ...(limits !== undefined && { limits }),
      ...(onlyHost !== undefined && { onlyHost }),
      ...(exceptHosts !== undefined && { exceptHosts }),
    },
  );
  const { compared } = findings;
  compared.listeners += 1;
  compared.rulesBefore += before.table.rules.length;
  compared.rulesAfter += after.table.rules.length;
  for (const changed of difference.changes) findings.changes.push(describeChange(context, pair, { changed, difference }));
  for (const { reason, samples, ...what } of difference.unproven) {
    const regions = what.kind === "pair" ? [regionOf(pair, what)] : regionsOf(pair, what);
    findings.unproven.push({ ...nameOf(after), reason, samples, regions });
  }
}

/** How a listener is named in what is shown. */
export function nameOf({ listener, stack }: StackListener): Pick<Change, "listener" | "loadBalancer"> {
  const { protocol, port } = listener.spec;
  return { listener: `${protocol}:${port}`, loadBalancer: stack.loadBalancer.spec.name };
}

function describeChange(
  context: DiffContext,
  pair: ListenerPair,
  { changed, difference }: { changed: ChangedPair; difference: TableDifference },
): FoundChange {
  const { before, after } = pair;
  const { findings } = context;
  const [old, young] = [ruleOf(before, changed.before), ruleOf(after, changed.after)];
  const dnsName = after.stack.loadBalancer.status?.dnsName?.toLowerCase() ?? "";
  const conditions = [conditionsOf(before, changed.before), conditionsOf(after, changed.after)] as const;
  const isSame = (request: RequestView) => isPair(difference.takers(request), changed);
  const hosts = [...after.stack.hosts.filter((host) => pair.exceptHosts?.has(host) !== true), dnsName];
  const isHostFixed = pair.onlyHost !== undefined;
  const improved = improveWitness(changed.witness, { conditions: conditions.flat(), hosts, isHostFixed, isSame });
  const witness = [improved, changed.witness].find((request) => isPair(difference.takersByLaw(request), changed));
  if (witness === undefined) throw new Error(`the table and the law disagree about ${JSON.stringify(changed.witness)}`);
  const { protocol, port } = after.listener.spec;
  const target = { protocol: protocol as "HTTP" | "HTTPS", listenerPort: port, dnsName };
  const hasSource = [...before.table.rules, ...after.table.rules].some((rule) =>
    rule.conditions.some(({ field }) => field === "source-ip"),
  );
  return {
    cause: findCause({ before: context.before.settled, after: context.after.settled }, old, young),
    change: {
      kind: kindOf(old.shown, young.shown),
      ...nameOf(after),
      before: { text: formatAnswer(old.shown), answer: old.shown },
      after: { text: formatAnswer(young.shown), answer: young.shown },
      requests: [
        {
          region:
            findings.changes.length < MAX_WITH_EXCEPTIONS ? regionOf(pair, changed, earlierRules(pair, changed)) : regionOf(pair, changed),
          before: rulePlace(context.before, old.origin, before.table.rules[changed.before]),
          after: rulePlace(context.after, young.origin, after.table.rules[changed.after]),
          witness: formatWitness(witness, target, hasSource && dependsOnSource(witness, isSame)),
        },
      ],
    },
  };
}

function isPair(taken: RulePair, { before, after }: RulePair): boolean {
  return taken.before === before && taken.after === after;
}

/** RFC 5737, RFC 3849: addresses of nobody. */
const STRANGERS = ["192.0.2.1", "198.51.100.1", "2001:db8::1", "127.0.0.1"];

function dependsOnSource(witness: RequestView, isSame: (request: RequestView) => boolean): boolean {
  return !STRANGERS.every((sourceIp) => isSame({ ...witness, sourceIp }));
}

function ruleOf({ table, defaultRule }: StackListener, rule: number): Pick<AnsweringRule, "shown" | "origin"> {
  return table.rules[rule] ?? defaultRule;
}

function conditionsOf({ table }: StackListener, rule: number): AnsweringRule["conditions"] {
  return table.rules[rule]?.conditions ?? [];
}

function regionOf({ before, after }: ListenerPair, pair: RulePair, earlier: readonly AnsweringRule["conditions"][] = []): Region {
  return describeRegion(conditionsOf(before, pair.before), conditionsOf(after, pair.after), earlier);
}

/** Changes whose exceptions are looked for: who has more reads no exceptions. */
const MAX_WITH_EXCEPTIONS = 50;

function earlierRules({ before, after }: ListenerPair, pair: RulePair): AnsweringRule["conditions"][] {
  const earlier = ({ table: { rules } }: StackListener, rule: number) => rules.slice(0, rule === DEFAULT ? rules.length : rule);
  return [...earlier(before, pair.before), ...earlier(after, pair.after)].map(({ conditions }) => conditions);
}

/** Of every rule of which some request could not be decided. */
function regionsOf({ before, after }: ListenerPair, rules: { before: readonly number[]; after: readonly number[] }): Region[] {
  const [old, young] = [rules.before.map((rule) => conditionsOf(before, rule)), rules.after.map((rule) => conditionsOf(after, rule))];
  const regions = [...old, ...young].map((conditions) => describeRegion(conditions, conditions));
  return [...new Map(regions.map((region) => [JSON.stringify(region), region])).values()];
}

function rulePlace({ settled }: Side, origin: Origin | undefined, rule: AnsweringRule | undefined): RulePlace {
  const object = origin === undefined ? undefined : objectAt(settled, origin);
  const priority = rule?.priority ?? "default";
  return { priority, ...(object === undefined ? { object: "the listener" } : placeOf(object, origin?.pointer)) };
}
