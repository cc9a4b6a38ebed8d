import { type KubeObject, LoopwayError, type Origin, SOURCE_ANNOTATION, type TraceNode } from "@loopway/model";
import { type Arguments, type Command, flag, jsonHelp, jsonOption, listOption, stateHelp, stateOption, stringOption } from "../command.ts";
import { askSocket, type Connection, withConnection } from "../connection.ts";
import { formatTrace } from "../format-trace.ts";
import { sendTraced, type TracedRequest } from "../send-traced.ts";
import { fromHelp, fromOption, senderOf } from "../sender.ts";
import { fromHere, lineOfPointer } from "../source-lines.ts";

/** How long the collector may wait for the last span of a trace. */
const TRACE_WAIT_MS = 3000;
/** The wall clock may have been set since the instance chose its origin. */
const CLOCK_SLACK_US = 1_000_000;
const BAR_WIDTH = 24;

export const trace: Command = {
  name: "trace",
  summary: "send one request and show every hop's decision and time",
  usage: "[--from pod/NAME] [-X METHOD] [-H HEADER]... URL",
  options: {
    ...stateOption,
    ...jsonOption,
    ...fromOption,
    request: { type: "string", short: "X" },
    header: { type: "string", short: "H", multiple: true },
  },
  optionHelp: [
    fromHelp,
    ["-X METHOD", "request method (default GET)"],
    ["-H 'Name: value'", "a request header; may be repeated"],
    jsonHelp,
    stateHelp,
  ],
  examples: [
    ["loopway trace http://api.example.com/v1/order/1", "route53 → alb → kube-proxy → pod, with the rule that matched"],
    ["loopway trace --from pod/web http://orders:8080/", "between pods: the cluster's DNS → kube-proxy → pod"],
    ["loopway trace https://shop.example.com/", "through a TLS listener, whatever certificate it shows"],
    ["loopway trace http://api.example.com/nope --json", "the same as data (packages/region/collector/trace.schema.json)"],
  ],
  run: (arguments_) => {
    const wish = parseWish(arguments_);
    return withConnection(arguments_, async (connection) => {
      const sender = await senderOf(arguments_, connection);
      const sentUs = Date.now() * 1000;
      const { flow, to } = await sendTraced(connection, wish, sender);
      const { trace: root } = await askSocket<{ trace?: TraceNode }>(
        connection.runFile,
        "collector-http.sock",
        `/traces?flow=${flow}&to=${to}&ordinal=0&after=${sentUs - CLOCK_SLACK_US}&wait=${TRACE_WAIT_MS}`,
      );
      if (root === undefined) throw new LoopwayError("E_NO_TRACE", { url: wish.url.href });
      if (flag(arguments_, "json")) process.stdout.write(`${JSON.stringify({ trace: root }, null, 2)}\n`);
      else process.stdout.write(formatTrace(root, { barWidth: BAR_WIDTH, sourceOf: await sourceLookup(connection, root) }));
      return 0;
    });
  },
};

function parseWish(arguments_: Arguments): TracedRequest {
  const [text = ""] = arguments_.positionals;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new LoopwayError("E_USAGE", { message: "trace needs a URL such as http://api.example.com/v1/order/1" });
  if (/[^\x21-\x7e]/.test(text))
    throw new LoopwayError("E_USAGE", { message: `${text} holds characters that a request cannot carry; percent-encode them` });
  const headers: Record<string, string> = {};
  for (const header of listOption(arguments_, "header")) {
    const colon = header.indexOf(":");
    if (colon < 1) throw new LoopwayError("E_USAGE", { message: `-H '${header}' is no header; expected 'Name: value'` });
    headers[header.slice(0, colon).trim().toLowerCase()] = header.slice(colon + 1).trim();
  }
  return { url, target: text, method: stringOption(arguments_, "request") ?? "GET", headers };
}

/** Objects remember the file and line they were applied from; the pointer inside gives the very line. */
async function sourceLookup({ api }: Connection, root: TraceNode): Promise<(origin: Origin) => string | undefined> {
  const sources = new Map<string, string>();
  for (const origin of originsOf(root)) {
    const object = await api.get<KubeObject>(origin);
    const source = object?.metadata.annotations?.[SOURCE_ANNOTATION];
    if (source !== undefined) sources.set(JSON.stringify(origin), fromHere(lineOfPointer(source, origin.pointer) ?? source));
  }
  return (origin) => sources.get(JSON.stringify(origin));
}

function originsOf({ span, children }: TraceNode): Origin[] {
  const own = span.decisions.flatMap((decision) => (decision.kind === "rule" && decision.origin !== undefined ? [decision.origin] : []));
  return [...own, ...children.flatMap(originsOf)];
}
