import { writeFileSync } from "node:fs";
import { type Finding, type LintOptions, lintRules, type Severity } from "@loopway/analysis";
import { LoopwayError } from "@loopway/model";
import { type Arguments, flag, listOption, stringOption } from "../command.ts";
import { settleOptionsOf } from "../controller-options.ts";
import { formatTable } from "../format-table.ts";
import { readTexts } from "../manifests.ts";
import { readZones } from "../zones.ts";
import { countFindings } from "./count-findings.ts";
import { formatGithub } from "./format-github.ts";
import { formatSarif } from "./format-sarif.ts";
import { formatText } from "./format-text.ts";
import { fixAll, lintTexts } from "./lint-texts.ts";

export function run(arguments_: Arguments): number {
  if (flag(arguments_, "rules")) {
    process.stdout.write(formatRules());
    return 0;
  }
  const wish = parseWish(arguments_);
  const given = { texts: readTexts(wish.paths), zones: readZones(wish.zones) };
  const { findings, texts, applied } = wish.fix
    ? fixAll(given, wish.options)
    : { ...given, findings: lintTexts(given, wish.options), applied: 0 };
  for (const [file, text] of texts) if (text !== given.texts.get(file)) writeFileSync(file, text);
  process.stdout.write(formatFindings(findings, wish));
  if (wish.fix) process.stderr.write(`loopway: mended ${applied} ${applied === 1 ? "place" : "places"}\n`);
  const { errors, warnings } = countFindings(findings);
  return errors > 0 || warnings > wish.maxWarnings ? 1 : 0;
}

interface Wish {
  paths: readonly string[];
  zones: readonly string[];
  format: string;
  notes: boolean;
  fix: boolean;
  maxWarnings: number;
  options: Omit<LintOptions, "sourceOf">;
}

const FORMATS = ["text", "json", "sarif", "github"];

function parseWish(arguments_: Arguments): Wish {
  const paths = [...listOption(arguments_, "filename"), ...arguments_.positionals];
  if (paths.length === 0) throw usage("lint needs manifests: -f DIR|FILE|-");
  const fix = flag(arguments_, "fix");
  if (fix && paths.includes("-")) throw usage("--fix writes files, and standard input is none");
  const chosen = stringOption(arguments_, "format") ?? "text";
  if (!FORMATS.includes(chosen)) throw usage(`no format ${chosen}; there are ${FORMATS.join(", ")}`);
  const limit = stringOption(arguments_, "max-warnings");
  if (limit !== undefined && !/^\d+$/.test(limit)) throw usage(`--max-warnings ${limit} is no number`);
  return {
    paths,
    zones: listOption(arguments_, "zone"),
    format: chosen,
    notes: flag(arguments_, "notes"),
    fix,
    maxWarnings: limit === undefined ? Number.POSITIVE_INFINITY : Number(limit),
    options: { ...settleOptionsOf(arguments_), severities: severitiesOf(arguments_) },
  };
}

function severitiesOf(arguments_: Arguments): Record<string, Severity | "off"> {
  const severities: Record<string, Severity | "off"> = {};
  for (const [option, severity] of [
    ["warn", "warning"],
    ["error", "error"],
    ["off", "off"],
  ] as const) {
    for (const code of listOption(arguments_, option)) {
      if (!lintRules.some((rule) => rule.code === code)) throw usage(`no rule ${code}; loopway lint --rules lists them`);
      severities[code] = severity;
    }
  }
  return severities;
}

function usage(message: string): LoopwayError {
  return new LoopwayError("E_USAGE", { message });
}

function formatFindings(findings: readonly Finding[], { format, notes }: Wish): string {
  switch (format) {
    case "json":
      return `${JSON.stringify({ findings, summary: countFindings(findings) }, null, 2)}\n`;
    case "sarif":
      return formatSarif(findings);
    case "github":
      return formatGithub(findings);
    default:
      return formatText(findings, { colour: process.stdout.isTTY && process.env.NO_COLOR === undefined, notes });
  }
}

function formatRules(): string {
  return formatTable(
    ["CODE", "SEVERITY", "FINDS"],
    lintRules.map(({ code, severity, summary }) => [code, severity, summary]),
  );
}
