// Workflow commands of GitHub Actions ("Setting an error message"): each becomes an annotation at its line of the pull request.
import type { Finding } from "@loopway/analysis";
import { splitSource } from "./split-source.ts";

const COMMANDS = { error: "error", warning: "warning", info: "notice" } as const;

export function formatGithub(findings: readonly Finding[]): string {
  return findings.map(formatCommand).join("");
}

function formatCommand({ severity, code, source, object, message, suggestion }: Finding): string {
  const { file, line } = splitSource(source);
  const properties = [...(file === undefined ? [] : [`file=${escapeProperty(file)}`, `line=${line}`]), `title=${escapeProperty(code)}`];
  const text = suggestion === undefined ? `${object}: ${message}` : `${object}: ${message}\n→ ${suggestion}`;
  return `::${COMMANDS[severity]} ${properties.join(",")}::${escapeMessage(text)}\n`;
}

function escapeMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
