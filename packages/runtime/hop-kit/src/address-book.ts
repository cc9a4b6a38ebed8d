import type { Snapshot } from "@loopway/kube";
import { type Address, type AddressBinding, bindingKey, type Protocol } from "@loopway/model";

/** Maps virtual addresses to bound ones; whatever it does not list is bound where it says. */
export interface AddressBook {
  resolve(protocol: Protocol, virtual: Address): Address;
  /** This process's own bind: known here before the API knows it. */
  note(protocol: Protocol, virtual: Address, bound: Address): void;
  load(objects: Snapshot): void;
}

export function createAddressBook(): AddressBook {
  const own = new Map<string, Address>();
  let published = new Map<string, Address>();
  return {
    resolve: (protocol, virtual) => {
      if (own.size === 0 && published.size === 0) return virtual;
      const key = bindingKey(protocol, virtual);
      return own.get(key) ?? published.get(key) ?? virtual;
    },
    note: (protocol, virtual, bound) => {
      own.set(bindingKey(protocol, virtual), bound);
    },
    load: (objects) => {
      published = new Map(
        objects
          .list<AddressBinding>("AddressBinding")
          .map(({ spec }) => [bindingKey(spec.protocol, spec), { address: spec.boundAddress, port: spec.boundPort }]),
      );
    },
  };
}
