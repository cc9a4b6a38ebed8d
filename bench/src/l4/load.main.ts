// One load through one forwarder, and the CPU time of its process. Prints one Sample as JSON. Arguments: ADDRESS, PORT, LOAD, PID, seconds of
// warm-up, seconds that count.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Sample } from "../bench-case.ts";
import { cpuNs } from "../process/cpu-time.ts";
import { BULK_MIB, loads } from "./loads.ts";

const [host = "", port = "", load = "", pidText = "", warmUpSeconds = "", seconds = ""] = process.argv.slice(2);
const pid = Number(pidText);
const request = Buffer.from("GET / HTTP/1.1\r\nHost: bench\r\n\r\n", "latin1");
/** Whoever closes first keeps the connection's addresses for a minute: the backend, whose port is no ephemeral one that could run out. */
const lastRequest = Buffer.from("GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n", "latin1");
const WIDTH: Readonly<Record<string, number>> = { [loads.requests]: 64, [loads.connections]: 32, [loads.bytes]: 1 };

async function open(): Promise<Socket> {
  const socket = connect({ host, port: Number(port), noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** The answer comes in one read: it is short. */
async function ask(socket: Socket): Promise<void> {
  const answered = once(socket, "data");
  socket.write(request);
  await answered;
}

async function askOnce(): Promise<void> {
  const socket = await open();
  let received = 0;
  socket.on("data", (bytes) => {
    received += bytes.length;
  });
  socket.write(lastRequest);
  await once(socket, "close");
  if (received === 0) throw new Error("a connection was closed without an answer");
}

async function receiveBulk(): Promise<void> {
  const socket = await open();
  let received = 0;
  socket.on("data", (bytes) => {
    received += bytes.length;
  });
  socket.write("BULK");
  await once(socket, "end");
  socket.destroy();
  if (received !== BULK_MIB << 20) throw new Error(`${received} bytes of ${BULK_MIB} MiB came`);
}

/** One of several side by side; resolves to the units that it got through until the time was over. */
async function work(untilMs: number): Promise<number> {
  let units = 0;
  if (load === loads.requests) {
    const socket = await open();
    for (; performance.now() < untilMs; units++) await ask(socket);
    socket.destroy();
  } else if (load === loads.connections) {
    for (; performance.now() < untilMs; units++) await askOnce();
  } else {
    do {
      await receiveBulk();
      units += BULK_MIB;
    } while (performance.now() < untilMs);
  }
  return units;
}

async function run(duration: number): Promise<number> {
  const untilMs = performance.now() + 1000 * duration;
  const counts = await Promise.all(Array.from({ length: WIDTH[load] ?? 1 }, () => work(untilMs)));
  return counts.reduce((sum, count) => sum + count, 0);
}

await run(Number(warmUpSeconds));
const cpuBefore = cpuNs(pid);
const startedMs = performance.now();
const units = await run(Number(seconds));
const sample: Sample = {
  cpuUsPerUnit: (cpuNs(pid) - cpuBefore) / 1000 / units,
  unitsPerSecond: units / ((performance.now() - startedMs) / 1000),
};
console.log(JSON.stringify(sample));
