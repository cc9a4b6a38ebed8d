import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commands } from "../src/commands.ts";
import { formatCompletion } from "../src/completion/format-completion.ts";

/** What real bash offers after this line: the last word is under the cursor. */
function offered(line: string): string[] {
  const words = line.split(" ");
  const script = `${formatCompletion.bash(commands)}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_loopway
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-u", "-c", script, "bash", ...words], { encoding: "utf8" })
    .split("\n")
    .filter((word) => word !== "");
}

test.each<[line: string, offers: string[]]>([
  ["loopway ", commands.map(({ name }) => name)],
  ["loopway ex", ["explain"]],
  ["loopway d", ["diff", "dig", "delete", "doctor", "down"]],
  ["loopway down -", ["--state", "--help", "-h"]],
  ["loopway explain --so", ["--source-ip"]],
  ["loopway up --addresses ", ["identity", "mapped"]],
  ["loopway lint -f k8s --format s", ["sarif"]],
  ["loopway completion ", ["bash", "zsh", "fish"]],
  ["loopway completion z", ["zsh"]],
  ["loopway nonsense -", []],
  // Nothing of ours: bash completes file names.
  ["loopway up -f ", []],
  ["loopway diff old/ ", []],
])("%j offers %j", (line, offers) => {
  expect(offered(line)).toEqual(offers);
});

test("registered with bash, for the command of that name", () => {
  const script = `${formatCompletion.bash(commands)}\ncomplete -p loopway`;
  expect(execFileSync("bash", ["-c", script], { encoding: "utf8" })).toBe("complete -o default -F _loopway loopway\n");
});

test.each(["zsh", "fish"] as const)("%s: every command and option is offered, and every quote is closed", (shell) => {
  const script = formatCompletion[shell](commands);
  for (const { name, options } of commands) {
    expect(script).toContain(shell === "fish" ? ` -a ${name} -d '` : `'${name}:`);
    for (const long of Object.keys(options)) expect(script).toContain(shell === "fish" ? `from ${name}' -l ${long}` : `'--${long}:`);
  }
  const quotes = shell === "fish" ? script.replaceAll(/\\[\\']/g, "") : script.replaceAll("'\\''", "");
  for (const line of quotes.split("\n")) expect([line, line.split("'").length % 2]).toEqual([line, 1]);
});
