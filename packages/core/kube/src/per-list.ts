/**
 * A value computed once per list. A snapshot gives the same list as long as none of its objects changed, so this is an index that costs
 * one pass per change instead of one per question.
 */
export function perList<T, R>(compute: (list: readonly T[]) => R): (list: readonly T[]) => R {
  const computed = new WeakMap<readonly T[], R>();
  return (list) => {
    let value = computed.get(list);
    if (value === undefined) {
      value = compute(list);
      computed.set(list, value);
    }
    return value;
  };
}

/** The same for one object: objects are never written to. */
export function perObject<T extends object, R>(compute: (object: T) => R): (object: T) => R {
  const computed = new WeakMap<T, R>();
  return (object) => {
    let value = computed.get(object);
    if (value === undefined) {
      value = compute(object);
      computed.set(object, value);
    }
    return value;
  };
}
