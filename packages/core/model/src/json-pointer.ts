/** JSON pointers (RFC 6901): how problems, origins and patches name a place in an object. */

/** The reference tokens of "/metadata/annotations/a~1b": metadata, annotations, a/b. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function formatPointer(...tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
