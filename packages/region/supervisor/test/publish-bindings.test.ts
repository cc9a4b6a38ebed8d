import type { AddressBinding } from "@loopway/model";
import { describe, expect, test } from "vitest";
import type { Member } from "../src/fleet.ts";
import { diffBindings } from "../src/publish-bindings.ts";

describe("address bindings", () => {
  const binding = { protocol: "tcp", virtual: { address: "127.12.0.1", port: 80 }, bound: { address: "127.0.0.1", port: 4000 } } as const;
  const key = "tcp 127.12.0.1:80";
  const member = (state: Member["state"], announced: string[]): Member => ({
    wish: { key: "alb lb", kind: "alb", name: "lb", order: 0, settings: {} },
    state,
    bindings: new Map([[key, binding]]),
    announced: new Set(announced),
    restarts: 0,
    failures: 0,
    sinceMs: 0,
    startedMs: 0,
    wasReady: true,
  });
  const [object] = diffBindings([member("ready", [key])], []).put as [AddressBinding];

  const [ofAlb] = diffBindings([member("ready", [key])], [], "alb").put as [AddressBinding];

  test("an announcement becomes an object", () => {
    expect(object).toMatchObject({
      metadata: { name: "tcp-127.12.0.1-80" },
      spec: { address: "127.12.0.1", port: 80, boundAddress: "127.0.0.1", boundPort: 4000 },
    });
  });

  test.each([
    { name: "what exists as wished is left alone", members: [member("ready", [key])], observed: [object], expected: { put: 0, remove: 0 } },
    {
      name: "what changed is written",
      members: [member("ready", [key])],
      observed: [{ ...object, spec: { ...object.spec, boundPort: 1 } }],
      expected: { put: 1, remove: 0 },
    },
    {
      name: "a starting process keeps what its predecessor had",
      members: [member("starting", [])],
      observed: [object],
      expected: { put: 0, remove: 0 },
    },
    {
      name: "a serving one that is bound where it wished to be loses it",
      members: [member("ready", [])],
      observed: [object],
      expected: { put: 0, remove: 1 },
    },
    { name: "a process that is no longer wished for loses it", members: [], observed: [object], expected: { put: 0, remove: 1 } },
  ])("$name", ({ members, observed, expected }) => {
    const { put, remove } = diffBindings(members, observed);
    expect({ put: put.length, remove: remove.length }).toEqual(expected);
  });

  test.each([
    { name: "a part leaves alone what another part's supervisor wrote", part: "client", remove: 0 },
    { name: "a part removes its own", part: "alb", remove: 1 },
    { name: "the only supervisor removes what a part's wrote", part: undefined, remove: 1 },
  ])("$name", ({ part, remove }) => expect(diffBindings([], [ofAlb], part).remove).toHaveLength(remove));
});
