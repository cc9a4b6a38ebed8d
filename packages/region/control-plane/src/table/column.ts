import type { KubeObject } from "@loopway/model";
import { formatAge } from "./age.ts";

/** A column of `kubectl get`: how the API server's printers show one kind. */
export interface Column<T extends KubeObject = KubeObject> {
  name: string;
  /** Shown by `-o wide` only. */
  wide?: true;
  cell(object: T, now: number): string | number;
}

export function column<T extends KubeObject>(name: string, cell: Column<T>["cell"]): Column<T> {
  return { name, cell };
}

export function wideColumn<T extends KubeObject>(name: string, cell: Column<T>["cell"]): Column<T> {
  return { name, wide: true, cell };
}

export const nameColumn: Column = column("Name", ({ metadata }) => metadata.name);
export const ageColumn: Column = column("Age", ({ metadata }, now) => formatAge(metadata.creationTimestamp, now));

/** What the printers write for an empty list or text. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? "<none>" : text;
}

/** Up to three, then how many more (printers.go, formatEndpoints and its kin). */
export function firstThree(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).join(",");
  return orNone(texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown);
}
