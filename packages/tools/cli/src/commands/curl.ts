import { type Command, stateHelp, stateOption } from "../command.ts";
import { withConnection } from "../connection.ts";
import { readProcesses } from "../processes.ts";
import { fromHelp, fromOption, senderOf } from "../sender.ts";
import { runProgram, takeOptions } from "../wrapped-program.ts";

export const curl: Command = {
  name: "curl",
  summary: "run curl through the forward proxy, so that names resolve as in the region, or as for a pod",
  usage: "[--from pod/NAME] [CURL OPTION]... URL",
  options: { ...fromOption, ...stateOption },
  optionHelp: [fromHelp, stateHelp],
  exitCodes: [["N", "as curl ends"]],
  examples: [
    ["loopway curl -i http://api.example.com/v1/order/1", "headers and body as a pod answered them"],
    ["loopway curl --from pod/web http://orders:8080/", "what a pod of web gets from Service orders"],
  ],
  wraps: "curl",
  run: ({ raw }) => {
    const { own, rest } = takeOptions(raw, ["state", "from"]);
    return withConnection(own, async (connection) => {
      const sender = await senderOf(own, connection);
      const { proxy } = await readProcesses(connection.runFile);
      const user = sender === undefined ? [] : ["--proxy-user", `pod/${sender}:`];
      return runProgram("curl", ["-x", `http://${proxy.address}:${proxy.port}`, ...user, ...rest]);
    });
  },
};
