import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LocalProcess, startLocalProcess } from "@loopway/hop-kit/local-process";
import type { ProcessConfig } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { build } from "esbuild";
import { afterAll, expect, onTestFinished } from "vitest";

const source = fileURLToPath(new URL("../src", import.meta.url));
let bundled: Promise<string> | undefined;
const undo: (() => void)[] = [];
afterAll(() => {
  for (const step of undo) step();
});

/** The process as it ships: two bundles in a folder of their own, made once per test file. */
function bundle(): Promise<string> {
  bundled ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "loopway-bundle-"));
    await build({
      entryPoints: [join(source, "main.ts"), join(source, "store-worker.ts")],
      entryNames: "[name]",
      outdir: folder,
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      format: "cjs",
      define: { "import.meta.url": "undefined" },
      logLevel: "warning",
    });
    undo.push(() => rmSync(folder, { recursive: true }));
    return folder;
  })();
  return bundled;
}

interface Answer {
  code: number;
  headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
}

export interface ControlPlane extends LocalProcess {
  stateDir: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The open answer of a watch, as frames. */
  watch(path: string, headers?: Record<string, string>): Promise<WatchedFrames>;
}

interface WatchedFrames {
  // biome-ignore lint/suspicious/noExplicitAny: tests read frames of every shape
  frames: any[];
  ended: Promise<void>;
  close(): void;
}

export function newStateDir(): string {
  const stateDir = mkdtempSync(join(tmpdir(), "loopway-state-"));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  return stateDir;
}

/** Starts one without waiting for it. It is gone when the test is. */
export async function spawnControlPlane(stateDir: string, overrides: Partial<ProcessConfig> = {}): Promise<ControlPlane> {
  const socket = join(stateDir, "api.sock");
  const started = startLocalProcess(join(await bundle(), "main.cjs"), {
    kind: "control-plane",
    stateDir,
    ...overrides,
    settings: { socket, port: 0, ...overrides.settings },
  });
  return { ...started, stateDir, send: sendTo(socket), watch: watchAt(socket) };
}

export async function startControlPlane(stateDir = newStateDir(), overrides: Partial<ProcessConfig> = {}): Promise<ControlPlane> {
  const started = await spawnControlPlane(stateDir, overrides);
  await eventually(() => expect(started.announcements, started.output()).toContainEqual({ type: "ready" }));
  return started;
}

function sendTo(socketPath: string): ControlPlane["send"] {
  return (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
      const type = text === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) };
      const sent = httpRequest({ socketPath, method, path, headers: { ...type, ...headers }, agent: false }, (answer) => {
        let received = "";
        answer.setEncoding("utf8").on("data", (chunk) => (received += chunk));
        answer
          .on("end", () => resolve({ code: answer.statusCode ?? 0, headers: answer.headers, body: parse(received) }))
          .on("error", reject);
      });
      sent.on("error", reject).end(text);
    });
}

function watchAt(socketPath: string): ControlPlane["watch"] {
  return async (path, headers = {}) => {
    const sent = httpRequest({ socketPath, path, headers, agent: false }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const frames: unknown[] = [];
    let rest = "";
    answer.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      frames.push(...lines.map((line) => JSON.parse(line)));
    });
    const ended = new Promise<void>((resolve) => {
      answer.on("close", resolve).on("error", () => undefined);
    });
    onTestFinished(() => void sent.destroy());
    return { frames, ended, close: () => sent.destroy() };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
