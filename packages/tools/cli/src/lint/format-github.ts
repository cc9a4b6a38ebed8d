import type { Finding } from "@loopway/analysis";
import { formatCommand } from "../github-command.ts";

const kinds = { error: "error", warning: "warning", info: "notice" } as const;

export function formatGithub(findings: readonly Finding[]): string {
  return findings.map(formatFinding).join("");
}

function formatFinding({ severity, code, source, object, message, suggestion }: Finding): string {
  const text = suggestion === undefined ? `${object}: ${message}` : `${object}: ${message}\n→ ${suggestion}`;
  return formatCommand({ kind: kinds[severity], source, title: code, message: text });
}
