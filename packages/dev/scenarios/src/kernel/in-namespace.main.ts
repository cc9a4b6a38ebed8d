// In a network namespace of its own: kube-proxy's chains, endpoints behind them, connections through them.
// unshare -n node in-namespace.main.ts < {services, endpoints, loads} as JSON > what each load chose, as JSON
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Address } from "@loopway/model";
import { type Choice, type ChoiceLoad, countChoices, listenAsEndpoints } from "./count-choices.ts";
import { iptablesRules, type ProgrammedService } from "./iptables-rules.ts";

interface NamespaceTask {
  services: ProgrammedService[];
  endpoints: Address[];
  loads: ChoiceLoad[];
}

const { services, endpoints, loads } = JSON.parse(readFileSync(0, "utf8")) as NamespaceTask;
execFileSync("ip", ["link", "set", "lo", "up"]);
execFileSync("iptables-restore", { input: iptablesRules(services) });
const listening = await listenAsEndpoints(endpoints);
const choices: Choice[][] = [];
for (const load of loads) choices.push(await countChoices(load));
listening.close();
process.stdout.write(JSON.stringify(choices));
