/** The tarballs as a stranger gets them: installed into an empty folder, without network. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../bundles.ts";
import { packAnalysis } from "../pack/analysis.ts";
import { packLoopway } from "../pack/loopway.ts";

/** The exit code of `up` where somebody else has the instance. */
const TAKEN = 3;
const START_MS = 60_000;
let folder = "";
const project = () => join(folder, "project");
const env = () => ({ ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` });
const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project(), env: env(), encoding: "utf8" });
  return { status, stdout, stderr };
};
const loopway = (...args: string[]) => run("npx", "--offline", "loopway", ...args, "--state", join(folder, "state"));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loopway-pack-"));
  mkdirSync(project());
  const tarballs = [await packLoopway(join(folder, "packed")), await packAnalysis(join(folder, "packed"))];
  writeFileSync(join(project(), "package.json"), '{ "private": true, "type": "module" }');
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], { cwd: project(), env: env(), stdio: "pipe" });
}, START_MS);

afterAll(() => {
  loopway("down");
  rmSync(folder, { recursive: true });
});

test("nothing else is installed, nothing runs at install time, and the licences of what is bundled go along", () => {
  const installed = join(project(), "node_modules");
  expect(readdirSync(installed).filter((name) => !name.startsWith("."))).toEqual(["@loopway", "loopway"]);
  for (const name of ["loopway", "@loopway/analysis"]) {
    const { scripts, dependencies, engines, publishConfig } = JSON.parse(readFileSync(join(installed, name, "package.json"), "utf8"));
    expect({ scripts, dependencies, engines, provenance: publishConfig.provenance }).toEqual({
      engines: { node: ">=24" },
      provenance: true,
    });
    expect(readFileSync(join(installed, name, "THIRD-PARTY-LICENSES"), "utf8")).toMatch(/re2js \d/);
    expect(readFileSync(join(installed, name, "LICENSE"), "utf8")).toContain("Apache License");
  }
});

test(
  "npx loopway runs the example; down leaves nothing but the state directory",
  async () => {
    let up = { status: TAKEN as number | null, stderr: "" };
    for (let instance = 1; up.status === TAKEN; instance++) up = loopway("up", "-d", "--instance", String(instance));
    expect({ status: up.status, stderr: up.status === 0 ? "" : up.stderr }).toEqual({ status: 0, stderr: "" });
    const { proxy } = JSON.parse(loopway("env", "--json").stdout) as { proxy: string };
    const { hostname, port } = new URL(proxy);
    const status = await new Promise((resolve, reject) => {
      const options = {
        host: hostname,
        port,
        path: "http://api.example.com/v1/order/1",
        headers: { host: "api.example.com" },
        agent: false,
      };
      get(options, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
    });
    expect(status).toBe(200);
    const { runDir } = JSON.parse(readFileSync(join(folder, "state", "loopway.json"), "utf8")) as { runDir: string };
    expect(loopway("down").status).toBe(0);
    expect(existsSync(runDir)).toBe(false);
    expect(spawnSync("pgrep", ["-f", project()], { encoding: "utf8" }).stdout).toBe("");
    expect(readdirSync(folder).sort()).toEqual(["packed", "project", "state"]);
    expect(readdirSync(project()).sort()).toEqual(["node_modules", "package-lock.json", "package.json"]);
  },
  START_MS,
);

describe("@loopway/analysis", () => {
  const program = `
import { diffManifests, explain, lint, loadRegexEngine, type Settled, settle } from "@loopway/analysis";
import { type RoutingMatchers, routingMatchers } from "@loopway/analysis/vitest";

const metadata = { name: "web", namespace: "default" };
const service = { apiVersion: "v1", kind: "Service", metadata, spec: { type: "NodePort", ports: [{ port: 80 }] } };
const compileRegex = await loadRegexEngine();
const settled: Settled = settle([service], { strict: true, now: Date.now(), compileRegex });
const { outcome } = explain(settled, { method: "GET", url: "http://nowhere.example.com/" });
const { verdict } = diffManifests({ before: settled, after: settled }, { compileRegex });
const matchers: Record<keyof RoutingMatchers, unknown> = routingMatchers;
const answer: string = JSON.stringify({ outcome: outcome.kind, verdict, findings: lint(settled).length, matchers: Object.keys(matchers) });
(globalThis as unknown as { console: { log(text: string): void } }).console.log(answer);
`;

  test("a program that uses it type-checks, without types of Node, and runs", () => {
    writeFileSync(join(project(), "program.ts"), program);
    const compilerOptions = {
      module: "NodeNext",
      target: "ES2024",
      lib: ["ES2024"],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    };
    writeFileSync(join(project(), "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    expect(run(join(root, "node_modules/.bin/tsc"), "-p", "tsconfig.json")).toEqual({ status: 0, stdout: "", stderr: "" });
    const { stdout, stderr } = run(process.execPath, "program.ts");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: expect.any(String),
      verdict: "no-change",
      matchers: ["toRouteTo", "toAnswer", "toRedirectTo"],
    });
  });

  test("its types are right on the other side too: what is misspelt does not compile", () => {
    writeFileSync(join(project(), "wrong.ts"), 'import { settle } from "@loopway/analysis";\nsettle([], { strict: "yes", now: 0 });\n');
    const compilerOptions = { module: "NodeNext", target: "ES2024", lib: ["ES2024"], types: [], strict: true, noEmit: true };
    writeFileSync(join(project(), "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["wrong.ts"] }));
    expect(run(join(root, "node_modules/.bin/tsc"), "-p", "tsconfig.json").stdout).toContain("wrong.ts(2,14): error TS2322");
  });

  test("the schemas of its answers are importable", () => {
    const script = 'import(process.argv[1], { with: { type: "json" } }).then(({ default: schema }) => console.log(schema.$schema))';
    const { stdout } = run(process.execPath, "-e", script, "@loopway/analysis/diff.schema.json");
    expect(stdout).toContain("json-schema.org");
  });
});
