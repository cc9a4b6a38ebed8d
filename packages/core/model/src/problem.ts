/** What is wrong with an input, all at once; user input never throws in the core. */
export interface Problem {
  code: string;
  message: string;
  severity: "error" | "warning";
  /** "Ingress default/web", when known. */
  object?: string;
  /** RFC 6901 pointer or field path. */
  path?: string;
  /** file:line, when known. */
  source?: string;
}
