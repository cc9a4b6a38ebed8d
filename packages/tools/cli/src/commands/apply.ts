import { LoopwayError, objectKey } from "@loopway/model";
import { applyObject, withNamespace } from "../apply-objects.ts";
import { type Arguments, type Command, flag, jsonHelp, jsonOption, listOption, stateHelp, stateOption } from "../command.ts";
import { withConnection } from "../connection.ts";
import { readManifests } from "../manifests.ts";
import { reportProblem } from "../report-problem.ts";

export const apply: Command = {
  name: "apply",
  summary: "create or change objects from manifests, as kubectl apply does",
  usage: "-f DIR|FILE|-...",
  options: { ...stateOption, ...jsonOption, filename: { type: "string", short: "f", multiple: true } },
  optionHelp: [["-f DIR|FILE|-", "manifests: a folder, a file or standard input; may be repeated"], jsonHelp, stateHelp],
  examples: [["loopway apply -f k8s/", "one object refused does not stop the others; the exit code tells"]],
  run: (arguments_) =>
    withConnection(arguments_, async ({ api }) => {
      const objects = manifestsOf(arguments_);
      const results: { object: string; result: string }[] = [];
      let refused = 0;
      for (const object of objects.map(withNamespace)) {
        const name = `${object.kind.toLowerCase()}/${objectKey(object)}`;
        try {
          results.push({ object: name, result: await applyObject(api, object) });
        } catch (error) {
          refused += 1;
          reportProblem(error);
          results.push({ object: name, result: "refused" });
        }
      }
      if (flag(arguments_, "json")) console.log(JSON.stringify(results, null, 2));
      else for (const { object, result } of results) if (result !== "refused") console.log(`${object} ${result}`);
      return refused === 0 ? 0 : 1;
    }),
};

export function manifestsOf(arguments_: Arguments) {
  const files = listOption(arguments_, "filename");
  if (files.length === 0) throw new LoopwayError("E_USAGE", { message: "say which manifests with -f DIR or FILE" });
  return readManifests(files);
}
