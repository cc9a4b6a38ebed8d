import { type ExplainRequest, explain, type Settled, settle, usesRegexAnnotations } from "@loopway/analysis";
import { type KubeObject, LoopwayError, type Problem } from "@loopway/model";
import { loadRegexEngine } from "@loopway/routing";
import { type Arguments, flag, listOption, stringOption } from "../command.ts";
import { settleOptionsOf } from "../controller-options.ts";
import { withLine, withLines } from "../exact-lines.ts";
import { readInput } from "../manifests.ts";
import { parseSender } from "../sender.ts";
import { readZones } from "../zones.ts";
import { formatExplanation } from "./format-explanation.ts";

export async function run(arguments_: Arguments): Promise<number> {
  const colour = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
  const { text, exitCode } = await answer(arguments_, colour);
  process.stdout.write(text);
  return exitCode;
}

/** What the command prints, and its exit code: 0 where a pod answers, or a rule that somebody wrote. */
export async function answer(arguments_: Arguments, colour: boolean): Promise<{ text: string; exitCode: number }> {
  const request = requestOf(arguments_);
  const { settled, problems } = await settleInput(arguments_);
  const explanation = withLines(explain(settled, request));
  const exitCode = explanation.outcome.kind === "unreachable" ? 1 : 0;
  if (!flag(arguments_, "json")) {
    return { text: formatExplanation(explanation, { colour, problems: problems.map(withLine), ignored: settled.ignored }), exitCode };
  }
  const ignored = settled.ignored.map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, name: String(metadata?.name ?? "") }));
  return { text: `${JSON.stringify({ ...explanation, problems: problems.map(withLine), ignored }, null, 2)}\n`, exitCode };
}

async function settleInput(arguments_: Arguments): Promise<{ settled: Settled; problems: Problem[] }> {
  const files = listOption(arguments_, "filename");
  if (files.length === 0) throw new LoopwayError("E_USAGE", { message: "say which manifests with -f DIR or FILE" });
  const input = readInput(files);
  const objects: KubeObject[] = [...readZones(listOption(arguments_, "zone")), ...input.objects];
  const compileRegex = usesRegexAnnotations(objects) ? await loadRegexEngine() : undefined;
  const settled = settle(objects, { ...settleOptionsOf(arguments_), now: Date.now(), compileRegex });
  return { settled, problems: [...input.problems, ...settled.problems] };
}

function requestOf(arguments_: Arguments): ExplainRequest {
  const [first = "", second, ...rest] = arguments_.positionals;
  const [method, url] = second === undefined ? ["GET", first] : [first, second];
  if (rest.length > 0 || !/^[A-Za-z]+$/.test(method) || !/^https?:\/\/[^/?#\s]/i.test(url) || /[^\x21-\x7e]/.test(url))
    throw new LoopwayError("E_USAGE", {
      message: "explain needs a URL such as http://api.example.com/v1/order/1, with a method before it if it is not GET",
    });
  const sourceIp = stringOption(arguments_, "source-ip");
  return {
    method: method.toUpperCase(),
    url,
    headers: listOption(arguments_, "header").map(parseHeader),
    from: clientOf(stringOption(arguments_, "from") ?? "internet"),
    ...(sourceIp === undefined ? {} : { sourceIp }),
  };
}

function parseHeader(text: string): { name: string; value: string } {
  const colon = text.indexOf(":");
  if (colon < 1) throw new LoopwayError("E_USAGE", { message: `-H '${text}' is no header; expected 'Name: value'` });
  return { name: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
}

function clientOf(text: string): NonNullable<ExplainRequest["from"]> {
  const pod = parseSender(text);
  return pod === undefined ? "internet" : { pod };
}
