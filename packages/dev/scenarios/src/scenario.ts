import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { workspace } from "./world.ts";

/** fixtures/scenarios/<behaviour>/requests.yaml */
export interface Scenario {
  behaviour: string;
  manifests: string[];
  zones: string[];
  requests: ScenarioRequest[];
  /** A URL whose requests are shared out evenly over so many pods. */
  spread?: { url: string; pods: number };
}

export interface ScenarioRequest {
  name: string;
  url: string;
  headers?: Record<string, string>;
  expect: {
    status: number;
    /** The Deployment whose pod answers. */
    deployment?: string;
    /** The Server header, where the load balancer itself answers. */
    server?: string;
    /** The request target that the pod saw. */
    path?: string;
    /** The kinds of hop in the trace, in order of depth first. */
    hops?: string[];
  };
}

export function readScenarios(): Scenario[] {
  const folder = join(workspace, "fixtures", "scenarios");
  return readdirSync(folder).map((behaviour) => ({
    behaviour,
    ...(parse(readFileSync(join(folder, behaviour, "requests.yaml"), "utf8")) as Omit<Scenario, "behaviour">),
  }));
}
