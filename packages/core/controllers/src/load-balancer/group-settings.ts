// Settings of which the whole group has one: what the members say, IngressClassParams before annotations.
import { isEqual } from "@loopway/kube";
import type { Ingress } from "@loopway/model";
import { readList, readText } from "./annotations.ts";
import { type ClassParams, classParamsOf } from "./ingress-class.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

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

/** What the members that have a list-valued annotation say, in group order. */
export function annotatedLists(build: StackBuild, suffix: string): string[][] {
  return memberSettings(build, onlyAnnotated, ({ metadata }) => readList(suffix, [metadata.annotations])).map(({ value }) => value);
}

/** The first of the lists; another one among them is a conflict. Where order does not count, only their items are compared. */
export function agreedList(
  build: StackBuild,
  lists: readonly string[][],
  { title, isOrdered }: { title: string; isOrdered: boolean },
): string[] | undefined {
  const [first, ...others] = lists;
  const comparable = (list: string[] | undefined) => (isOrdered ? list : list?.toSorted());
  const differing = others.find((other) => !isEqual(comparable(first), comparable(other)));
  if (first !== undefined && differing !== undefined)
    reportToGroup(build)(`conflicting ${title}: ${formatList(first)} | ${formatList(differing)}`);
  return first;
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

/** Go's way to print a map of strings. */
export function formatMap(map: Readonly<Record<string, string>>): string {
  return `map[${Object.keys(map)
    .sort()
    .map((key) => `${key}:${map[key]}`)
    .join(" ")}]`;
}
