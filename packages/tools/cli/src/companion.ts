import { readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { KubeObject } from "@loopway/model";
import type { Companion } from "@loopway/supervisor";

export const OBJECTS_FILE = "objects.json";

/** The second half of a command that has become the supervisor, in a process of its own. */
export interface SecondHalf {
  objects: KubeObject[];
  /** When the user started the command: milliseconds since the epoch. */
  startedAtMs: number;
}

/** Undefined where this is the command itself. Otherwise the process ends with the supervisor, whatever it is doing. */
export function readSecondHalf(): SecondHalf | undefined {
  const text = process.env.LOOPWAY_COMPANION;
  if (text === undefined) return undefined;
  const { handover, startedAtMs } = JSON.parse(text) as Companion;
  const end = () => process.exit(1);
  new Socket({ fd: 3 }).on("error", end).on("close", end).resume().unref();
  const objects = JSON.parse(readFileSync(join(handover, OBJECTS_FILE), "utf8")) as KubeObject[];
  rmSync(handover, { recursive: true, force: true });
  return { objects, startedAtMs };
}
