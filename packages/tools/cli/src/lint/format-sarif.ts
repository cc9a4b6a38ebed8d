// OASIS SARIF 2.1.0: what GitHub code scanning and editors take.
import { type Finding, type FindingPlace, lintRules, type Severity } from "@loopway/analysis";
import { splitSource } from "../split-source.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

export function formatSarif(findings: readonly Finding[]): string {
  const rules = lintRules.map(({ code, summary, severity }) => ({
    id: code,
    shortDescription: { text: summary },
    help: { text: `docs/lint/${code}.md` },
    defaultConfiguration: { level: LEVELS[severity] },
  }));
  const results = findings.map((finding) => ({
    ruleId: finding.code,
    ruleIndex: rules.findIndex(({ id }) => id === finding.code),
    level: LEVELS[finding.severity],
    message: { text: textOf(finding) },
    locations: [locationOf(finding)],
    ...(finding.related.length === 0
      ? {}
      : { relatedLocations: finding.related.map((each) => ({ ...locationOf(each), message: { text: each.message } })) }),
  }));
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [{ tool: { driver: { name: "loopway lint", rules } }, results }] }, null, 2)}\n`;
}

function textOf({ message, suggestion, witness }: Finding): string {
  const parts = [
    message,
    ...(suggestion === undefined ? [] : [suggestion]),
    ...(witness === undefined ? [] : [`witness: ${witness.method} ${witness.url}`]),
  ];
  return parts.join("\n");
}

function locationOf({ source, object, path }: FindingPlace): object {
  const { file, line } = splitSource(source);
  return {
    ...(file === undefined
      ? {}
      : { physicalLocation: { artifactLocation: { uri: encodeURI(file.replaceAll("\\", "/")) }, region: { startLine: line } } }),
    logicalLocations: [{ fullyQualifiedName: path === "" ? object : `${object} ${path}`, kind: "object" }],
  };
}
