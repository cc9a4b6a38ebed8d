import { referenceTo } from "@loopway/hop-kit";
import { objectKey } from "@loopway/model";
import { isServed, withNamespace } from "../apply-objects.ts";
import { type Command, flag, jsonHelp, jsonOption, stateHelp, stateOption } from "../command.ts";
import { withConnection } from "../connection.ts";
import { manifestsOf } from "./apply.ts";

export const delete_: Command = {
  name: "delete",
  summary: "delete the objects of manifests, and with them what was built for them",
  usage: "-f DIR|FILE|-...",
  options: { ...stateOption, ...jsonOption, filename: { type: "string", short: "f", multiple: true } },
  optionHelp: [["-f DIR|FILE|-", "manifests: a folder, a file or standard input; may be repeated"], jsonHelp, stateHelp],
  examples: [["loopway delete -f ingress.yaml", "the load balancer, its process and its DNS record go too"]],
  run: (arguments_) =>
    withConnection(arguments_, async ({ api }) => {
      const deleted: { object: string; result: string }[] = [];
      for (const object of manifestsOf(arguments_).filter(isServed).map(withNamespace)) {
        const existing = await api.get(referenceTo(object));
        if (existing !== undefined) await api.delete(referenceTo(object), { propagationPolicy: "Background" });
        deleted.push({
          object: `${object.kind.toLowerCase()}/${objectKey(object)}`,
          result: existing === undefined ? "not found" : "deleted",
        });
      }
      if (flag(arguments_, "json")) console.log(JSON.stringify(deleted, null, 2));
      else for (const { object, result } of deleted) console.log(`${object} ${result}`);
      return 0;
    }),
};
