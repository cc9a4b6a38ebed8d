import { isCollection, LineCounter, parseDocument } from "yaml";
import { type CheckCase, parseCases } from "../../src/index.ts";

/** The cases of a YAML text; their sources are "test.check.yaml:<pointer>". */
export function casesOf(text: string): ReturnType<typeof parseCases> {
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  return parseCases({
    content: isCollection(document.contents) ? document.toJS() : undefined,
    sourceOf: (pointer) => `test.check.yaml:${pointer}`,
  });
}

/** One case of ours: `input` and `expect` as YAML flow mappings. */
export function caseOf(input: string, expect: string): CheckCase {
  const { cases, problems } = casesOf(`tests: [{ name: a case, input: ${input}, expect: ${expect} }]`);
  const [only] = cases;
  if (only === undefined) throw new Error(JSON.stringify(problems));
  return only;
}
