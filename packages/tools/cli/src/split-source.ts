/** "file:line" → its parts; neither for what came from no file. */
export function splitSource(source: string | undefined): { file?: string; line: number } {
  const colon = source?.lastIndexOf(":") ?? -1;
  const line = Number(source?.slice(colon + 1));
  return source === undefined || colon < 0 || source.startsWith("-:")
    ? { line: 1 }
    : { file: source.slice(0, colon), line: Number.isInteger(line) ? line : 1 };
}
