/** Which rules of two tables take a request. */
import { type CompileRegex, compileRules, matchLinear, matchRule, type RequestView, type RuleInput, usesRegex } from "@loopway/routing";
import { type ComparedTable, DEFAULT, type TableDifference, type TablePair } from "./compared-table.ts";

/** By the tables that load balancers serve from. */
export function tableTakers({ before, after }: TablePair, compileRegex: CompileRegex | undefined): TableDifference["takers"] {
  const options = compileRegex === undefined ? {} : { compileRegex };
  const [old, young] = [compileRules(before.rules, options).table, compileRules(after.rules, options).table];
  return (request) => ({ before: matchRule(old, request), after: matchRule(young, request) });
}

/** By the law itself, which shares no code with anything here; its regular expressions are not RE2's, so that with them the tables decide. */
export function lawfulTakers({ before, after }: TablePair, byTables: TableDifference["takers"]): TableDifference["takers"] {
  if (usesRegex([...before.rules, ...after.rules])) return byTables;
  const takerOf = ({ rules }: ComparedTable) => {
    const indices = new Map<RuleInput | undefined, number>(rules.map((rule, index) => [rule, index]));
    return (request: RequestView) => indices.get(matchLinear(rules, request)) ?? DEFAULT;
  };
  const [old, young] = [takerOf(before), takerOf(after)];
  return (request) => ({ before: old(request), after: young(request) });
}
