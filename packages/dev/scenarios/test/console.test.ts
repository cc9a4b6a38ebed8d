import { expect, onTestFinished, test } from "vitest";
import { matchesOutput, openShell, readQuotedFiles, readSteps } from "../src/index.ts";

test.each<[string, string[], string, boolean]>([
  ["the same", ["a b", "c"], "a b\nc\n", true],
  ["another word", ["a b"], "a c\n", false],
  ["a line too many", ["a"], "a\nb\n", false],
  ["a line missing", ["a", "b"], "a\n", false],
  ["nothing, as shown", [], "", true],
  ["something where nothing is shown", [], "a\n", false],
  ["columns of another width, blank lines", ["NAME   AGE"], "\nNAME AGE  \n\n", true],
  ["an elision within a line", ["hello-… 127.… x"], "hello-5d9-abc 127.10.3.22 x\n", true],
  ["an elision may be empty", ["deleted…"], "deleted\n", true],
  ["an elision stays within its line", ["a…c"], "a\nc\n", false],
  ["what surrounds an elision counts", ["127.… x"], "128.0.0.1 x\n", false],
  ["signs of regular expressions are signs", ["a.b (1+1)"], "axb (1+1)\n", false],
  ["a line of elision: many lines", ["a", "…", "z"], "a\n1\n2\nz\n", true],
  ["a line of elision: no line", ["…", "z"], "z\n", true],
  ["a line of elision at the end", ["a", "…"], "a\nb\n", true],
  ["behind a line of elision all counts", ["…", "z"], "z\ny\n", false],
])("%s", (_what, shown, printed, expected) => {
  expect(matchesOutput(shown, printed)).toBe(expected);
});

test("a page's commands with their output, and the files that it quotes", () => {
  const page = [
    "# Title",
    ...["```console", "$ first", "out 1", "out 2", "$ second", "```"],
    ...["```sh", "$ not this", "```"],
    ...["```yaml", "# fixtures/a.yaml", "kind: Pod", "```"],
    ...["```yaml", "kind: Other", "```"],
    ...["```console", "$ third", "```"],
  ].join("\n");
  expect(readSteps(page)).toEqual([
    { command: "first", output: ["out 1", "out 2"], line: 3 },
    { command: "second", output: [], line: 6 },
    { command: "third", output: [], line: 19 },
  ]);
  expect(readQuotedFiles(page)).toEqual([{ path: "fixtures/a.yaml", text: "kind: Pod\n" }]);
  expect(() => readSteps("```console\nout\n```")).toThrow("line 2");
});

test("a shell keeps what commands set, tells both outputs, and gives them no input", async () => {
  const shell = openShell({ cwd: "/", env: { PATH: process.env.PATH } });
  onTestFinished(() => shell.close());
  expect(await shell.run("name=value", 5_000)).toBe("\n");
  expect(await shell.run('echo "$name"; echo no >&2; cat', 5_000)).toBe("value\nno\n\n");
  await expect(shell.run("exit 3", 5_000)).rejects.toThrow("bash ended");
});
