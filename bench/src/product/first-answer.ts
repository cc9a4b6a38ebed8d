import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Between two attempts: fine enough for the figures, and no load. */
const POLL_MS = 4;
const PATIENCE_MS = 30_000;

/** One GET, and where it is sent. */
export interface Question {
  address: string;
  port: number;
  /** Request target, in origin-form or absolute-form. */
  target: string;
  host: string;
}

/** As a client asks its forward proxy. */
export function throughProxy(proxy: string, url: string): Question {
  const { hostname, port } = new URL(proxy);
  return { address: hostname, port: Number(port), target: url, host: new URL(url).host };
}

export interface FirstAnswer {
  /** On the clock of performance.now. */
  atMs: number;
  /** How long the slowest of the attempts before it took to fail. */
  slowestFailureMs: number;
}

/** Asks, each time on a connection of its own, until the answer is 200. */
export async function firstAnswer(question: Question): Promise<FirstAnswer> {
  const deadline = performance.now() + PATIENCE_MS;
  let slowestFailureMs = 0;
  for (;;) {
    const askedMs = performance.now();
    const answer = await ask(question);
    const atMs = performance.now();
    if (answer === "200") return { atMs, slowestFailureMs };
    slowestFailureMs = Math.max(slowestFailureMs, atMs - askedMs);
    if (atMs > deadline) throw new Error(`no 200 from ${question.host}${question.target}; the last answer was ${answer}`);
    await sleep(POLL_MS);
  }
}

/** The status, or why there is none. */
function ask({ address, port, target, host }: Question): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: address, port }, () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.setEncoding("latin1").on("data", (data) => {
      text += data;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "closed"));
  });
}
