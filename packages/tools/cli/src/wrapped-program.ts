import { spawn } from "node:child_process";
import { LoopwayError } from "@loopway/model";
import type { Arguments } from "./command.ts";

/** Takes our own options, each with a value, out of a command line; everything else is the program's. */
export function takeOptions(raw: readonly string[], names: readonly string[]): { own: Arguments; rest: string[] } {
  const values: Record<string, string> = {};
  const rest: string[] = [];
  for (let at = 0; at < raw.length; at++) {
    const name = names.find((each) => raw[at] === `--${each}`);
    const value = raw[at + 1];
    if (name === undefined || value === undefined) rest.push(raw[at] ?? "");
    else {
      values[name] = value;
      at++;
    }
  }
  return { own: { values, positionals: [], raw: [] }, rest };
}

/** Runs it in the place of this command; resolves to its exit code. */
export function runProgram(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", (error) =>
      reject(new LoopwayError("E_USAGE", { message: `${program} cannot be started: ${error.message}` }, { cause: error })),
    );
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
