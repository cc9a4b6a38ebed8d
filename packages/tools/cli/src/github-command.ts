import { splitSource } from "./split-source.ts";

export interface Annotation {
  kind: "error" | "warning" | "notice";
  /** "file:line"; without one the annotation stands at the run. */
  source: string | undefined;
  title: string;
  message: string;
}

/** A workflow command of GitHub Actions ("Setting an error message"), one line: it becomes an annotation at its line of the pull request. */
export function formatCommand({ kind, source, title, message }: Annotation): string {
  const { file, line } = splitSource(source);
  const properties = [...(file === undefined ? [] : [`file=${escapeProperty(file)}`, `line=${line}`]), `title=${escapeProperty(title)}`];
  return `::${kind} ${properties.join(",")}::${escapeMessage(message)}\n`;
}

function escapeMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
