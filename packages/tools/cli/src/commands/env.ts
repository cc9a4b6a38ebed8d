import { formatResolvConf } from "@loopway/dns";
import { type Command, flag, jsonHelp, jsonOption, stateHelp, stateOption } from "../command.ts";
import { withConnection } from "../connection.ts";
import { describeEndpoints } from "../endpoints.ts";
import { curlFor } from "../sample-url.ts";
import { fromOption, resolvConfOfSender, sendingPod } from "../sender.ts";

export const env: Command = {
  name: "env",
  summary: "print the settings that make other programs use this Loopway",
  usage: "[--from pod/NAME]",
  options: { ...fromOption, ...stateOption, ...jsonOption },
  optionHelp: [["--from internet|pod/NAME", "the pod's /etc/resolv.conf instead (pod/NAMESPACE/NAME)"], jsonHelp, stateHelp],
  examples: [
    ['eval "$(loopway env)"', "http_proxy, KUBECONFIG and the rest for this shell"],
    ["loopway env --from pod/web", "by which name servers and search list a pod finds names"],
    ["loopway env --json", "addresses, and curl's --connect-to for every host"],
  ],
  run: (arguments_) =>
    withConnection(arguments_, async ({ runFile, api }) => {
      const pod = await sendingPod(arguments_, { api });
      if (pod !== undefined) {
        const conf = resolvConfOfSender(pod, runFile.instance);
        process.stdout.write(flag(arguments_, "json") ? `${JSON.stringify(conf, null, 2)}\n` : formatResolvConf(conf));
        return 0;
      }
      const endpoints = await describeEndpoints(runFile, api);
      if (flag(arguments_, "json")) console.log(JSON.stringify(endpoints, null, 2));
      else {
        console.log(`export http_proxy=${endpoints.proxy}`);
        console.log(`export HTTP_PROXY=${endpoints.proxy}`);
        console.log(`export KUBECONFIG='${endpoints.kubeconfig}'`);
        console.log(`export LOOPWAY_STATE='${endpoints.stateDir}'`);
        console.log(`export LOOPWAY_DNS=${endpoints.dns}`);
        console.log(`export LOOPWAY_DOH=${endpoints.doh}`);
        console.log(`export LOOPWAY_CA='${endpoints.caFile}'`);
        for (const { url, connectTo } of endpoints.hosts) console.log(`# ${curlFor(url)} --connect-to ${connectTo} ${url}`);
      }
      return 0;
    }),
};
