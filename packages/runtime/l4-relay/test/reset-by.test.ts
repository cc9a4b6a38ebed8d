import type { Socket } from "node:net";
import { closedPort, eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import type { RelayedConnection } from "../src/index.ts";
import { dial, endpoint, fate, relayTo } from "./world.ts";

const ends: Record<string, [end: (client: Socket, upstream: Socket, relayed: RelayedConnection) => void, by: string | undefined]> = {
  "the client resets": [(client) => client.resetAndDestroy(), "client"],
  "the upstream resets": [(_client, upstream) => upstream.resetAndDestroy(), "upstream"],
  "the relay resets": [(_client, _upstream, relayed) => relayed.reset(), "relay"],
  "both end": [(client, upstream) => [client, upstream].map((socket) => socket.end()), undefined],
};

test.each(Object.entries(ends))("%s", async (_name, [end, by]) => {
  const accepted: Socket[] = [];
  const target = await endpoint((socket) => {
    accepted.push(socket);
    socket.on("error", () => undefined).resume();
  });
  const { address, told } = await relayTo(target);
  const client = dial(address);
  void fate(client.resume());
  await eventually(() => expect([told.connected.length, accepted.length]).toEqual([1, 1]));
  end(client, accepted[0] as Socket, told.connected[0] as RelayedConnection);
  await eventually(() => expect(told.closed).toHaveLength(1));
  expect(told.closed[0]?.resetBy).toBe(by);
});

test("an upstream that refuses resets", async () => {
  const { address, told } = await relayTo({ address: "127.0.0.1", port: await closedPort() });
  void fate(dial(address));
  await eventually(() => expect(told.closed[0]?.resetBy).toBe("upstream"));
});
