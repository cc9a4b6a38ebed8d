/** RFC 9110 section 7.6.1 */
const ofOneHop: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"]);

/** What a proxy passes on of a list of names and values. */
export function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (!ofOneHop.has(name.toLowerCase())) kept.push(name, rawHeaders[at + 1] as string);
  }
  return kept;
}

/** The same for headers by name; changes them. */
export function dropHopByHop(headers: Record<string, unknown>): void {
  for (const name of ofOneHop) delete headers[name];
}
