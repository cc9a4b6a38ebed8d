// Objects in order of namespace, then name. Invariant: an array that was handed out is never written to. A short list is copied at each write;
// of a longer one a write is only noted, and the next reader gets a mended copy: a list costs a comparison per change, not a sort per write.
import { type KubeObject, objectKey } from "@loopway/model";

/** What was written: an object, or that it is gone. */
export interface Note {
  object: KubeObject;
  isGone: boolean;
}

const SHORT_LIST = 8;
const NOTHING_NOTED: ReadonlyMap<string, Note> = new Map();

export class OrderedList {
  #objects: readonly KubeObject[];
  /** By key, what was written since. */
  #notes: Map<string, Note> | undefined;

  constructor(objects: readonly KubeObject[] = [], notes: ReadonlyMap<string, Note> = NOTHING_NOTED) {
    this.#objects = objects;
    this.#notes = notes.size === 0 ? undefined : new Map(notes);
  }

  /** It was written to more than it holds: another one costs no more than mending it. */
  get isOutdated(): boolean {
    return this.#notes !== undefined && this.#notes.size > this.#objects.length;
  }

  copy(): OrderedList {
    return new OrderedList(this.#objects, this.#notes);
  }

  get objects(): readonly KubeObject[] {
    if (this.#notes !== undefined) {
      const notes = [...this.#notes.values()];
      const [note] = notes;
      this.#objects =
        note !== undefined && notes.length === 1 ? rewritten(this.#objects, note) : mended(this.#objects, notes.sort(compareNotes));
      this.#notes = undefined;
    }
    return this.#objects;
  }

  write(note: Note): void {
    if (this.#notes === undefined && this.#objects.length < SHORT_LIST) this.#objects = rewritten(this.#objects, note);
    else {
      this.#notes ??= new Map();
      this.#notes.set(objectKey(note.object), note);
    }
  }
}

export function compareObjects({ metadata: left }: KubeObject, { metadata: right }: KubeObject): number {
  return compareText(left.namespace ?? "", right.namespace ?? "") || compareText(left.name, right.name);
}

function rewritten(objects: readonly KubeObject[], { object, isGone }: Note): readonly KubeObject[] {
  const place = firstNotBefore(objects, object, 0);
  const there = objects[place];
  const replaced = there !== undefined && compareObjects(there, object) === 0 ? 1 : 0;
  return isGone ? objects.toSpliced(place, replaced) : objects.toSpliced(place, replaced, object);
}

/** The notes in order too. */
function mended(objects: readonly KubeObject[], notes: readonly Note[]): readonly KubeObject[] {
  const result: KubeObject[] = [];
  let next = 0;
  for (const { object, isGone } of notes) {
    const place = firstNotBefore(objects, object, next);
    while (next < place) result.push(objects[next++] as KubeObject);
    const there = objects[place];
    if (there !== undefined && compareObjects(there, object) === 0) next++;
    if (!isGone) result.push(object);
  }
  while (next < objects.length) result.push(objects[next++] as KubeObject);
  return result;
}

function firstNotBefore(objects: readonly KubeObject[], wanted: KubeObject, from: number): number {
  let [low, high] = [from, objects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareObjects(objects[middle] as KubeObject, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareNotes(left: Note, right: Note): number {
  return compareObjects(left.object, right.object);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
