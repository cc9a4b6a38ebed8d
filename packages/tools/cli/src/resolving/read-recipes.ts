import { createHash, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LoopwayError } from "@loopway/model";
import type { Arguments } from "../command.ts";
import { withConnection } from "../connection.ts";
import { describeEndpoints, type Endpoints, wishedEndpoints } from "../endpoints.ts";
import { bundlesFolder } from "../run-file.ts";
import { readMachine } from "./machine.ts";
import { buildRecipes, type Recipe } from "./recipes.ts";

/** The recipes of this machine for the Loopway that --state names; for one that would start, where nothing runs. */
export async function readRecipes(arguments_: Arguments, stateDir: string): Promise<Recipe[]> {
  const endpoints = await readEndpoints(arguments_, stateDir);
  return buildRecipes({ machine: readMachine(), endpoints, spki: readSpki(join(stateDir, "doh.crt")), command: commandAsTyped() });
}

async function readEndpoints(arguments_: Arguments, stateDir: string): Promise<Endpoints> {
  try {
    return await withConnection(arguments_, ({ runFile, api }) => describeEndpoints(runFile, api));
  } catch (error) {
    // What is wrong with a state directory is a finding of its own.
    if (error instanceof LoopwayError) return wishedEndpoints(stateDir);
    throw error;
  }
}

/** What --ignore-certificate-errors-spki-list compares: base64 of the SHA-256 of the SubjectPublicKeyInfo. */
function readSpki(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const key = new X509Certificate(readFileSync(path)).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

function commandAsTyped(): string {
  const script = join(dirname(bundlesFolder()), "scripts", "loopway");
  return existsSync(script) ? script : `${process.execPath} ${process.argv[1]}`;
}
