// docker-compose.yml, where docker is there with the image (`docker compose build`); elsewhere it is said that nothing ran. parts.test.ts runs the
// same processes without containers.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { closedPort, eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curl, workspace } from "../src/index.ts";

const run = promisify(execFile);
const URL = "http://api.example.com/v1/order/1";

/** The command and its first words; undefined without a daemon, without compose or without the image. */
function findCompose(): readonly string[] | undefined {
  const works = (command: string, ...args: string[]) => {
    try {
      execFileSync(command, args, { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  };
  if (!works("docker", "image", "inspect", "loopway")) return undefined;
  return [["docker", "compose"], ["docker-compose"]].find(([command = "", ...words]) => works(command, ...words, "version"));
}

const found = findCompose();
if (found === undefined) console.warn("SKIPPED: no docker compose with an image loopway; docker-compose.yml did not run");

describe.skipIf(found === undefined)("docker compose up", () => {
  const [command = "", ...words] = found ?? [];
  const env: NodeJS.ProcessEnv = { ...process.env, COMPOSE_PROJECT_NAME: "loopway-test" };
  const compose = async (...args: string[]) => (await run(command, [...words, ...args], { cwd: workspace, env })).stdout;
  const loopway = (...args: string[]) => compose("exec", "-T", "client", "loopway", ...args);
  const through = () => curl(["-x", `http://127.0.0.1:${env.PROXY_PORT}`, URL]);

  beforeAll(async () => {
    env.PROXY_PORT = String(await closedPort());
    env.API_PORT = String(await closedPort());
    await compose("up", "-d");
    await eventually(() => loopway("ready"), 30_000);
  });
  afterAll(() => compose("down", "-v"));

  test("the published proxy answers", async () => {
    await eventually(async () => expect((await through()).status).toBe(200));
  });

  test("in a container names resolve as in the region", async () => {
    const program = `fetch("${URL}").then(({ status }) => console.log(status))`;
    expect((await compose("exec", "-T", "client", "node", "-e", program)).trim()).toBe("200");
    expect(await loopway("trace", URL)).toMatch(/route53[\s\S]*alb[\s\S]*kube-proxy[\s\S]*pod/);
  });

  test("a node's container is killed: its zone is lost, and traffic goes on", async () => {
    await compose("kill", "node-c");
    await eventually(async () => {
      const statuses = [];
      for (let sent = 0; sent < 12; sent++) statuses.push((await through()).status);
      expect(statuses).toEqual(Array(12).fill(200));
    }, 30_000);
    const { processes } = JSON.parse(await loopway("status", "--json")) as { processes: { kind: string; name: string }[] };
    const nodes = processes.filter(({ kind, name }) => kind === "kube-proxy" && name !== "services").map(({ name }) => name);
    expect(nodes).toEqual(["ip-127-10-1-10.ec2.internal", "ip-127-10-2-10.ec2.internal"]);
  });

  test("it ends within five seconds", async () => {
    const startMs = performance.now();
    await compose("down", "-v");
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
