import { once } from "node:events";
import { connect } from "node:net";
import type { Address } from "@loopway/model";

const PATIENCE_MS = 30_000;

/** Connects again and again until this pod greets; when it did, on the clock of performance.now. A refusal counts as another answer. */
export async function firstGreeting({ address, port }: Address, pod: number): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const greeting = await greet(address, port);
    const atMs = performance.now();
    if (greeting === String(pod)) return atMs;
    if (atMs > deadline) throw new Error(`pod ${pod} is not behind ${address}:${port}; the last answer was ${greeting}`);
  }
}

async function greet(host: string, port: number): Promise<string> {
  const socket = connect({ host, port }).setEncoding("latin1");
  try {
    const [greeting] = (await once(socket, "data")) as [string];
    return greeting;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}
