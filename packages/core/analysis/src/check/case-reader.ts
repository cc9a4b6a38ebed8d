import type { Problem } from "@loopway/model";

type Mapping = Readonly<Record<string, unknown>>;

interface Place {
  pointer: string;
  sourceOf(pointer: string): string;
}

/** Reads the fields of one mapping, remembers which were asked for and what was wrong with them. */
export class CaseReader {
  readonly problems: Problem[];
  readonly #fields: Mapping;
  readonly #place: Place;
  readonly #asked = new Set<string>();

  /** @param problems those of the case, where this is a part of it */
  constructor(value: unknown, place: Place, problems: Problem[] = []) {
    this.problems = problems;
    this.#place = place;
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#fields = isMapping ? (value as Mapping) : {};
    if (!isMapping) this.report("expected a mapping");
  }

  has(name: string): boolean {
    return name in this.#fields;
  }

  /** As it stands. */
  peek(name: string): unknown {
    return this.#fields[name];
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    this.report("expected text", name);
    return undefined;
  }

  number(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const number = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return number;
    this.report("expected a number", name);
    return undefined;
  }

  flag(name: string): boolean {
    const value = this.#take(name);
    if (value !== undefined && typeof value !== "boolean" && value !== "true" && value !== "false")
      this.report("expected true or false", name);
    return value === true || value === "true";
  }

  /** A mapping below; without fields where there is none. */
  part(name: string): CaseReader {
    const place = { ...this.#place, pointer: `${this.#place.pointer}/${name}` };
    return new CaseReader(this.#take(name) ?? {}, place, this.problems);
  }

  /** The mappings of a list below. */
  parts(name: string): CaseReader[] {
    const value = this.#take(name) ?? [];
    if (!Array.isArray(value)) {
      this.report("expected a list", name);
      return [];
    }
    const { pointer } = this.#place;
    return value.map((item, index) => new CaseReader(item, { ...this.#place, pointer: `${pointer}/${name}/${index}` }, this.problems));
  }

  entries(): [string, unknown][] {
    return Object.entries(this.#fields);
  }

  /** Fields that nobody asked for. */
  rest(): string[] {
    return Object.keys(this.#fields).filter((name) => !this.#asked.has(name));
  }

  /** A field that nobody knows is more likely misspelt than meant for someone else. */
  refuseRest(known: readonly string[]): void {
    for (const name of this.rest()) this.report(`no such field; there are ${known.join(", ")}`, name);
  }

  report(reason: string, name?: string): void {
    const pointer = name === undefined ? this.#place.pointer : `${this.#place.pointer}/${name}`;
    const message = name === undefined ? reason : `${name}: ${reason}`;
    this.problems.push({ code: "E_CHECK", message, severity: "error", source: this.#place.sourceOf(pointer), path: pointer });
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.#fields[name] ?? undefined;
  }
}
