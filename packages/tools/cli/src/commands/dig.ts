import { addressPlan } from "@loopway/model";
import { type Command, stateHelp, stateOption } from "../command.ts";
import { withConnection } from "../connection.ts";
import { DNS_PORT, readBindings } from "../endpoints.ts";
import { fromHelp, fromOption, resolvConfOfSender, sendingPod } from "../sender.ts";
import { runProgram, takeOptions } from "../wrapped-program.ts";

export const dig: Command = {
  name: "dig",
  summary: "run dig against Route 53, or against the name server of a pod",
  usage: "[--from pod/NAME] [DIG OPTION]... NAME",
  options: { ...fromOption, ...stateOption },
  optionHelp: [fromHelp, stateHelp],
  exitCodes: [["N", "as dig ends"]],
  examples: [
    ["loopway dig api.example.com", "the record of a hosted zone"],
    ["loopway dig --from pod/web +short orders.default.svc.cluster.local", "the ClusterIP of a Service; dig knows no search list"],
  ],
  wraps: "dig",
  run: ({ raw }) => {
    const { own, rest } = takeOptions(raw, ["state", "from"]);
    return withConnection(own, async (connection) => {
      const { instance } = connection.runFile;
      const sender = await sendingPod(own, connection);
      const { resolver } = addressPlan(instance);
      // dig asks the first that is named, wherever it is; the search list it knows with +search only, and then the machine's.
      const nameserver = sender === undefined ? resolver : resolvConfOfSender(sender, instance).nameservers[0];
      const virtual = { address: nameserver ?? resolver, port: DNS_PORT };
      const { address, port } = (await readBindings(connection.api))("udp", virtual);
      return runProgram("dig", [`@${address}`, "-p", String(port), ...rest]);
    });
  },
};
