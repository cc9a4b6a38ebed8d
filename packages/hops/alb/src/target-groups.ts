import type { TargetGroup } from "@loopway/model";
import { type GroupSurroundings, TargetGroupState } from "./target-group-state.ts";

/** All target groups by name. */
export class TargetGroups {
  readonly #groupsByName = new Map<string, TargetGroupState>();
  readonly #surroundings: GroupSurroundings;

  constructor(surroundings: GroupSurroundings) {
    this.#surroundings = surroundings;
  }

  get(name: string): TargetGroupState | undefined {
    return this.#groupsByName.get(name);
  }

  /**
   * Targets come and go without the stack, so this follows every change. A group whose object is gone already stays while the table in use
   * names it: the rest of its stack is on its way.
   */
  update(objects: readonly TargetGroup[], used: ReadonlySet<string>): void {
    const objectsByName = new Map(objects.map((object) => [object.metadata.name, object]));
    for (const [name, group] of this.#groupsByName) {
      if (objectsByName.has(name) || used.has(name)) continue;
      group.remove();
      this.#groupsByName.delete(name);
    }
    for (const [name, object] of objectsByName) {
      const group = this.#groupsByName.get(name) ?? new TargetGroupState(object, this.#surroundings);
      this.#groupsByName.set(name, group);
      group.update(object, used.has(name));
    }
  }

  stopChecks(): void {
    for (const group of this.#groupsByName.values()) group.stopChecks();
  }
}
