import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { addressPlan, LoopwayError } from "@loopway/model";
import { type Command, flag, jsonHelp, jsonOption, stateHelp, stateOption, stringOption } from "../command.ts";
import { isInstalled } from "../resolving/machine.ts";
import { readRecipes } from "../resolving/read-recipes.ts";
import type { Recipe } from "../resolving/recipes.ts";
import { readRunFile, stateDirOf } from "../run-file.ts";

interface Finding {
  level: "ok" | "note" | "problem";
  what: string;
  /** What follows, or what to do. */
  remedy?: string;
  /** A way of resolving, and its commands where it works. */
  recipe?: string;
  commands?: string[];
}

const MINIMUM_NODE = 24;
const marks = { ok: "ok     ", note: "note   ", problem: "PROBLEM" } as const;

export const doctor: Command = {
  name: "doctor",
  summary: "say what this machine allows, and what to do where it does not",
  usage: "",
  options: { ...stateOption, ...jsonOption },
  optionHelp: [jsonHelp, stateHelp],
  examples: [["loopway doctor", "ports, addresses, clients, the Loopway that runs here, and which ways of resolving its names work"]],
  run: async (arguments_) => {
    const stateDir = stateDirOf(stringOption(arguments_, "state"));
    const findings = [
      findNode(),
      await findLowPorts(),
      await findAddresses(),
      await findDnsPort(),
      ...["curl", "dig", "kubectl"].map(findClient),
      findRunning(stateDir),
      ...(await readRecipes(arguments_, stateDir)).map(findRecipe),
    ];
    if (flag(arguments_, "json")) console.log(JSON.stringify(findings, null, 2));
    else
      for (const { level, what, remedy } of findings)
        console.log(`${marks[level]}  ${what}${remedy === undefined ? "" : `\n         → ${remedy}`}`);
    return findings.some(({ level }) => level === "problem") ? 1 : 0;
  },
};

function findNode(): Finding {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= MINIMUM_NODE) return { level: "ok", what: `Node ${node}` };
  return { level: "problem", what: `Node ${node} is too old`, remedy: `use Node ${MINIMUM_NODE} or newer; scripts/loopway brings its own` };
}

/** The error code of listening there for a moment, or undefined when it works. */
function tryTcp(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", (error: { code?: string }) => resolve(error.code ?? String(error)));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.on("error", (error: { code?: string }) => {
      socket.close();
      resolve(error.code ?? String(error));
    });
    socket.bind(port, address, () => socket.close(() => resolve(undefined)));
  });
}

/** Nobody's address of the last instance: free unless a program holds the port on every address. */
const { publicAddresses: SPARE_BLOCK } = addressPlan(24);

async function findLowPorts(): Promise<Finding> {
  const code = await tryTcp(`${SPARE_BLOCK}.255.250`, 80);
  if (code === undefined) return { level: "ok", what: "port 80 can be bound: load balancers stand on their own addresses" };
  if (code === "EACCES")
    return {
      level: "note",
      what: "port 80 needs root here: load balancers listen on other ports of their addresses",
      remedy: "use curl -x with the proxy, or --connect-to as `loopway env` prints it",
    };
  return {
    level: "note",
    what: `port 80 cannot be bound (${code}): a program listens on 0.0.0.0:80`,
    remedy: "the proxy and --connect-to work all the same",
  };
}

async function findAddresses(): Promise<Finding> {
  const code = await tryTcp(`${SPARE_BLOCK}.255.250`, 0);
  if (code === undefined) return { level: "ok", what: "every address below 127.0.0.0/8 can be bound" };
  return { level: "note", what: `only 127.0.0.1 can be bound (${code})`, remedy: "loopway up --addresses mapped" };
}

async function findDnsPort(): Promise<Finding> {
  const code = await tryUdp(`${SPARE_BLOCK}.255.250`, 53);
  if (code === undefined) return { level: "ok", what: "port 53 can be bound: dig @address works without -p" };
  return {
    level: "note",
    what: `port 53 cannot be bound (${code}): Route 53 listens on another port`,
    remedy: "dig -p as `loopway env` prints it",
  };
}

function findClient(name: string): Finding {
  if (isInstalled(name)) return { level: "ok", what: `${name} is installed` };
  return { level: "note", what: `${name} is not installed`, remedy: `nothing of Loopway needs it; install it to use it` };
}

function findRecipe({ name, what, obstacle, commands }: Recipe): Finding {
  if (obstacle === undefined)
    return { level: "ok", what: `names by ${name}: ${what}`, remedy: commands.join("\n           "), recipe: name, commands };
  return { level: "note", what: `names by ${name}: not here: ${obstacle}`, recipe: name };
}

function findRunning(stateDir: string): Finding {
  try {
    const { pid, instance } = readRunFile(stateDir);
    return { level: "ok", what: `a Loopway runs with ${stateDir} (instance ${instance}, pid ${pid})` };
  } catch (error) {
    if (error instanceof LoopwayError && error.code === "E_NOT_RUNNING")
      return { level: "note", what: `nothing runs with ${stateDir}`, remedy: "loopway up" };
    return {
      level: "problem",
      what: error instanceof Error ? error.message : String(error),
      remedy: "remove the state directory, or give another --state",
    };
  }
}
