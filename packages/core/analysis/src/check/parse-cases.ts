/** The content of a *.check.yaml file, ours or Envoy's (router_check_tool, validation.proto), → cases. Field by field; what is wrong is a problem. */
import type { Problem } from "@loopway/model";
import { CaseReader } from "./case-reader.ts";
import type { CheckCase } from "./check-case.ts";
import { parseEnvoyCase } from "./parse-envoy-case.ts";
import { parseOwnCase } from "./parse-own-case.ts";

export interface CheckFile {
  /** What the YAML or JSON says. */
  content: unknown;
  /** "file:line" of a JSON pointer into it. */
  sourceOf(pointer: string): string;
}

/** Cases with a problem are left out. A list of tests may stand alone, as in Envoy's oldest files, or below `tests`. */
export function parseCases({ content, sourceOf }: CheckFile): { cases: CheckCase[]; problems: Problem[] } {
  const isList = Array.isArray(content);
  const tests: unknown = isList ? content : (content as { tests?: unknown } | null | undefined)?.tests;
  const base = isList ? "" : "/tests";
  if (!Array.isArray(tests)) {
    const message = "no list of tests; expected `tests:` with a list below";
    return { cases: [], problems: [{ code: "E_CHECK", message, severity: "error", source: sourceOf("") }] };
  }
  const problems: Problem[] = [];
  const cases = tests.flatMap((test: unknown, index) => {
    const pointer = `${base}/${index}`;
    const reader = new CaseReader(test, { pointer, sourceOf });
    const parse = reader.has("validate") ? parseEnvoyCase : parseOwnCase;
    const parsed = reader.problems.length === 0 ? parse(reader) : undefined;
    problems.push(...reader.problems);
    return parsed === undefined || reader.problems.length > 0 ? [] : [{ ...parsed, source: sourceOf(pointer) }];
  });
  return { cases, problems };
}
