import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { Address, AddressMode } from "@loopway/model";
import { closedPort, eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { type LocalProcess, startLocalProcess } from "./local-process.ts";

const fixture = fileURLToPath(new URL("fixtures/hop.ts", import.meta.url));

function start(settings: Record<string, unknown>, addresses: AddressMode = "identity"): LocalProcess {
  return startLocalProcess(fixture, { kind: "pod", addresses, settings });
}

async function freeAddress(address: string): Promise<Address> {
  return { address, port: await closedPort(address) };
}

const ready = (started: LocalProcess) => eventually(() => expect(started.announcements).toContainEqual({ type: "ready" }));

async function dials({ address, port }: Address): Promise<string> {
  const socket = connect(port, address);
  const [chunk] = await once(socket, "data");
  return String(chunk);
}

test("a hop whose address is free is bound to it and announces nothing but ready", async () => {
  const virtual = await freeAddress("127.99.1.1");
  const started = start({ act: "", virtual });
  await ready(started);
  expect(started.announcements).toEqual([{ type: "ready" }]);
  expect(await dials(virtual)).toBe("hello");
});

test("a taken address moves to another port of the same address, and the pair is announced", async () => {
  const virtual = await freeAddress("127.99.1.2");
  const holder = createServer().listen(virtual.port, virtual.address);
  await once(holder, "listening");
  onTestFinished(() => void holder.close());
  const started = start({ act: "", virtual });
  await ready(started);
  const bound = started.announcements.find((announcement) => announcement.type === "bound");
  expect(bound).toMatchObject({ protocol: "tcp", virtual, bound: { address: virtual.address } });
  expect(await dials((bound as { bound: Address }).bound)).toBe("hello");
});

test("mode mapped binds 127.0.0.1, and a restarted process binds what its predecessor had", async () => {
  const virtual = { address: "127.99.1.3", port: 80 };
  const first = start({ act: "", virtual }, "mapped");
  await ready(first);
  const announced = first.announcements[0] as { protocol: "tcp"; bound: Address };
  expect(announced.bound.address).toBe("127.0.0.1");
  first.child.kill("SIGKILL");
  await first.exit;
  const second = start({ act: "", virtual, bindings: [{ protocol: "tcp", virtual, bound: announced.bound }] }, "mapped");
  await ready(second);
  expect(second.announcements[0]).toEqual({ type: "bound", protocol: "tcp", virtual, bound: announced.bound });
});

test("SIGTERM drains in order of registration and exits 0; SIGINT alone does nothing", async () => {
  const started = start({ act: "", virtual: await freeAddress("127.99.1.4") });
  await ready(started);
  started.child.kill("SIGINT");
  started.child.kill("SIGTERM");
  expect(await started.exit).toEqual([0, null]);
  expect(started.output()).toBe("first drain\nsecond drain\n");
});

test("an uncaught error is logged, announced as failed, and exits 1", async () => {
  const started = start({ act: "throw", virtual: await freeAddress("127.99.1.5") });
  expect(await started.exit).toEqual([1, null]);
  await eventually(() =>
    expect(started.announcements).toContainEqual({ type: "failed", code: "E_PROCESS", values: { reason: "as told" } }),
  );
  expect(started.output()).toContain("Error: as told");
});

test("when the supervisor's pipe closes the process exits at once", async () => {
  const started = start({ act: "", virtual: await freeAddress("127.99.1.6") });
  await ready(started);
  const startedMs = performance.now();
  started.child.stdio[3]?.destroy();
  await started.exit;
  expect(performance.now() - startedMs).toBeLessThan(500);
});
