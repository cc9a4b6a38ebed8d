import { type Address, bindingKey, type Protocol } from "@loopway/model";

/** The key of ProcessConfig.settings under which the supervisor hands a restarted process what its predecessor had announced. */
export const BINDINGS_SETTING = "bindings";

export interface Binding {
  protocol: Protocol;
  virtual: Address;
  bound: Address;
}

export function parsePreviousBindings(settings: Record<string, unknown>): (protocol: Protocol, virtual: Address) => Address | undefined {
  const bindings = (settings[BINDINGS_SETTING] ?? []) as readonly Binding[];
  const boundByKey = new Map(bindings.map(({ protocol, virtual, bound }) => [bindingKey(protocol, virtual), bound]));
  return (protocol, virtual) => boundByKey.get(bindingKey(protocol, virtual));
}
