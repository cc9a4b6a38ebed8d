import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";

/** One bash, as a reader has it before him: what one command sets, the next one sees. */
export interface Shell {
  /** What the command printed on standard output and standard error, in that order in time. Rejects when bash ends or `timeoutMs` passes. */
  run(command: string, timeoutMs: number): Promise<string>;
  close(): void;
}

export function openShell(options: { cwd: string; env: NodeJS.ProcessEnv }): Shell {
  const bash: ChildProcess = spawn("bash", ["--noprofile", "--norc"], { ...options, stdio: ["pipe", "pipe", "inherit"] });
  let printed = "";
  let check: () => void = () => undefined;
  bash.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    check();
  });
  bash.stdin?.write("exec 2>&1\n");
  return {
    run: (command, timeoutMs) =>
      new Promise((resolve, reject) => {
        const mark = randomUUID();
        printed = "";
        const fail = (why: string) => reject(new Error(`${command}: ${why}; printed so far:\n${printed}`));
        const ended = () => fail("bash ended");
        const timer = setTimeout(() => fail(`no end after ${timeoutMs} ms`), timeoutMs);
        bash.once("exit", ended);
        check = () => {
          const end = printed.indexOf(mark);
          if (end < 0) return;
          clearTimeout(timer);
          bash.off("exit", ended);
          resolve(printed.slice(0, end));
        };
        // Programs must not read the commands that follow.
        bash.stdin?.write(`{ ${command}\n} </dev/null\nprintf '\\n%s' ${mark}\n`);
      }),
    close: () => void bash.kill(),
  };
}
