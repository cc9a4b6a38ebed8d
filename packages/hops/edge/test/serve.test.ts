import { once } from "node:events";
import { connect, createServer } from "node:net";
import { localHop } from "@loopway/hop-kit/local-hop";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";

test("a connection to the outer address reaches what serves people, wherever that is bound", async () => {
  const people = createServer((socket) => void socket.end("served")).listen(0, "127.0.0.1");
  onTestFinished(() => void people.close());
  await once(people, "listening");
  const outer = { address: "192.0.2.1", port: 3128 };
  const hop = localHop({ kind: "edge", name: "edge" });
  hop.place("tcp", { address: "127.0.0.1", port: 3128 }, people.address() as { address: string; port: number });
  await serve(hop, [outer]);
  onTestFinished(() => hop.drain());
  expect(hop).toMatchObject({ isReady: true, listened: [outer] });
  const { address, port } = hop.resolve("tcp", outer);
  const [answer] = await once(connect(port, address).setEncoding("utf8"), "data");
  expect(answer).toBe("served");
});
