/** error: requests fail, or AWS or the controller refuses. warning: it does not do what it seems to. info: worth knowing before it hurts. */
export type Severity = "error" | "warning" | "info";

/** A place in an object that was given. */
export interface FindingPlace {
  /** "Ingress default/shop". */
  object: string;
  /** RFC 6901, into the object; "" is the whole of it. */
  path: string;
  /** file:line, where the object came from a file. */
  source?: string;
}

/** A request that shows the matter. */
export interface Witness {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Who must send it; absent where anybody may. */
  sourceIp?: string;
  /** The place that answers it instead. */
  takenBy: FindingPlace;
}

/** An edit of one object that mends the matter for certain, as a person would write it. */
export type FixEdit =
  /** Writes the scalar at `path`. */
  | { op: "set"; path: string; value: string }
  /** Gives the key at the end of `path` another name. */
  | { op: "rename"; path: string; key: string };

export interface Fix {
  title: string;
  edits: readonly FixEdit[];
}

export interface Finding extends FindingPlace {
  /** Name of the page docs/lint/<code>.md. */
  code: string;
  severity: Severity;
  /** What is so, and what follows: lower case, no full stop. */
  message: string;
  /** What to write instead. */
  suggestion?: string;
  fix?: Fix;
  witness?: Witness;
  /** Other places that have part in it. */
  related: readonly (FindingPlace & { message: string })[];
}
