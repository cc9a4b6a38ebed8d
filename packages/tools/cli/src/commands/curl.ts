import { spawn } from "node:child_process";
import { LoopwayError } from "@loopway/model";
import { type Command, stateHelp, stateOption } from "../command.ts";
import { withConnection } from "../connection.ts";
import { readProcesses } from "../processes.ts";

export const curl: Command = {
  name: "curl",
  summary: "run curl through the forward proxy, so that names resolve as in the region",
  usage: "[CURL OPTION]... URL",
  options: { ...stateOption },
  optionHelp: [stateHelp],
  exitCodes: [["N", "as curl ends"]],
  examples: [["loopway curl -i http://api.example.com/v1/order/1", "headers and body as a pod answered them"]],
  run: ({ raw }) => {
    const { state, rest } = takeState(raw);
    return withConnection({ values: state === undefined ? {} : { state }, positionals: [], raw: [] }, async ({ runFile }) => {
      const { proxy } = await readProcesses(runFile);
      return runCurl(["-x", `http://${proxy.address}:${proxy.port}`, ...rest]);
    });
  },
};

/** Takes `--state DIR` out; everything else is curl's. */
function takeState(raw: readonly string[]): { state?: string; rest: string[] } {
  const at = raw.indexOf("--state");
  const state = at < 0 ? undefined : raw[at + 1];
  return state === undefined ? { rest: [...raw] } : { state, rest: [...raw.slice(0, at), ...raw.slice(at + 2)] };
}

function runCurl(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("curl", args, { stdio: "inherit" });
    child.on("error", (error) =>
      reject(new LoopwayError("E_USAGE", { message: `curl cannot be started: ${error.message}` }, { cause: error })),
    );
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
