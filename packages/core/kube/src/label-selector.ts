import type { LabelSelector } from "@loopway/model";

type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

/** An empty selector matches everything (Kubernetes, "LabelSelector"). */
export function matchesSelector(selector: LabelSelector, labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels?.[key] !== value) return false;
  return (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels?.[requirement.key]));
}

/** NotIn holds for an absent label too (Kubernetes, "Labels and Selectors"). */
function meets({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
  }
}

const KEY = "[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?";
const VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?";
const equality = new RegExp(`^(?<key>${KEY})\\s*(?<operator>==|=|!=)\\s*(?<value>${VALUE})$`);
const setBased = new RegExp(`^(?<key>${KEY})\\s+(?<operator>in|notin)\\s*\\((?<values>[^()]*)\\)$`);
const presence = new RegExp(`^(?<not>!?)\\s*(?<key>${KEY})$`);

/**
 * The string form of list and watch requests: "app=web,tier in (a, b),!canary". Undefined when it does not parse.
 * Kubernetes, "Labels and Selectors", API.
 */
export function parseSelector(text: string): LabelSelector | undefined {
  const matchExpressions: Requirement[] = [];
  for (const part of text.split(/,(?![^()]*\))/)) {
    if (part.trim() === "") continue;
    const requirement = parseRequirement(part.trim());
    if (requirement === undefined) return undefined;
    matchExpressions.push(requirement);
  }
  return { matchExpressions };
}

function parseRequirement(text: string): Requirement | undefined {
  const equal = equality.exec(text)?.groups;
  if (equal !== undefined) return { key: equal.key ?? "", operator: equal.operator === "!=" ? "NotIn" : "In", values: [equal.value ?? ""] };
  const set = setBased.exec(text)?.groups;
  if (set !== undefined) {
    const values = (set.values ?? "").split(",").map((value) => value.trim());
    return { key: set.key ?? "", operator: set.operator === "in" ? "In" : "NotIn", values };
  }
  const present = presence.exec(text)?.groups;
  if (present === undefined) return undefined;
  return { key: present.key ?? "", operator: present.not === "!" ? "DoesNotExist" : "Exists" };
}

/** "app=web,tier in (a,b)": the form that `kubectl get -o wide` shows and that `parseSelector` reads. */
export function formatSelector(selector: LabelSelector): string {
  const equalities = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
  });
  return [...equalities, ...expressions].join(",");
}
