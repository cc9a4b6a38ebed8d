// Settings of which the whole group has one: what the members say, IngressClassParams before annotations.
import type { Ingress } from "@loopway/model";
import { readText } from "./annotations.ts";
import { type ClassParams, classParamsOf } from "./ingress-class.ts";
import type { StackBuild } from "./stack-build.ts";

export interface GroupSetting<T> {
  ingress: Ingress;
  value: T;
}

/** One entry per member that has the setting, in group order. */
export function memberSettings<T>(
  build: StackBuild,
  fromParams: (params: ClassParams) => T | undefined,
  fromAnnotation: (ingress: Ingress) => T | undefined,
): GroupSetting<T>[] {
  return build.members.flatMap((ingress) => {
    const value = fromParams(classParamsOf(ingress, build.snapshot)) ?? fromAnnotation(ingress);
    return value === undefined ? [] : [{ ingress, value }];
  });
}

/** The distinct texts of the group, sorted. */
export function groupTexts(build: StackBuild, suffix: string, fromParams: (params: ClassParams) => string | undefined): string[] {
  const settings = memberSettings(build, fromParams, ({ metadata }) => readText(suffix, [metadata.annotations]));
  return [...new Set(settings.map(({ value }) => value))].sort();
}

/** No member has it in its IngressClassParams. */
export const onlyAnnotated = () => undefined;

/** Go's way to print a slice of strings. */
export function formatList(values: readonly (string | number)[]): string {
  return `[${values.join(" ")}]`;
}

/** Go's way to print a set of strings: a map with empty structs. */
export function formatSet(values: readonly string[]): string {
  return `map[${values.map((value) => `${value}:{}`).join(" ")}]`;
}
