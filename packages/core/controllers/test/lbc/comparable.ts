/** The cases' rules of comparison: attribute lists are unordered; certificates count by number and order. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  // Keys in order, because the items of unordered lists are compared as text.
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, comparableMember(key, member)]));
}

function comparableMember(key: string, member: unknown): unknown {
  if (!Array.isArray(member)) return comparable(member);
  if (key.endsWith("Attributes")) return member.map((item) => JSON.stringify(comparable(item))).sort();
  // Upstream marshals literal ARNs as references to nothing.
  return key === "certificates" ? member.length : member.map(comparable);
}
