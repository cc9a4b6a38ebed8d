import { get } from "node:http";
import { join } from "node:path";
import { type ApiClient, createApiClient } from "@loopway/hop-kit";
import { LoopwayError } from "@loopway/model";
import { type Arguments, stringOption } from "./command.ts";
import { type RunFile, readRunFile, stateDirOf } from "./run-file.ts";

/** The sockets of a running Loopway, as a command sees them. */
export interface Connection {
  runFile: RunFile;
  api: ApiClient;
}

export function openApi({ runDir }: Pick<RunFile, "runDir">): ApiClient {
  return createApiClient({ server: `unix:${join(runDir, "api.sock")}` });
}

/** Opens the API of the Loopway that --state names, runs `use`, closes it again. Throws E_NOT_RUNNING. */
export async function withConnection<T>(arguments_: Arguments, use: (connection: Connection) => Promise<T>): Promise<T> {
  const runFile = readRunFile(stateDirOf(stringOption(arguments_, "state")));
  const api = openApi(runFile);
  try {
    return await use({ runFile, api });
  } finally {
    api.close();
  }
}

/** GET over one of the instance's unix sockets; the JSON answer. Throws E_STATE when nobody answers there. */
export function askSocket<T>(runFile: Pick<RunFile, "stateDir" | "runDir">, socketName: string, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) =>
      reject(new LoopwayError("E_STATE", { state: runFile.stateDir, reason: `${socketName}: ${reason}` }, { cause }));
    const request = get({ socketPath: join(runFile.runDir, socketName), path, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("error", (error) => fail(String(error), error));
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text) as T);
        else fail(`${answer.statusCode} ${text}`);
      });
    });
    request.on("error", (error) => fail(String(error), error));
  });
}
