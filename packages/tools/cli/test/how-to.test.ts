/** The commands of docs/how-to, run as a CI would: in a clone of a repository with the manifests, on a branch that changes them. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { commands } from "../src/commands.ts";

const root = join(import.meta.dirname, "../../../..");
let folder = "";

interface Script {
  page: string;
  job: string;
  lines: string;
}

/** GitHub's; in GitLab's every job is a key of its own. */
interface Workflow {
  jobs?: { loopway: { steps: { name?: string; run?: string }[] } };
}

/** Where the clone stands, and what the CI would call it. */
const environment = () => ({
  PATH: `${join(folder, "bin")}:${process.env.PATH}`,
  HOME: folder,
  RUNNER_TEMP: join(folder, "runner"),
  GITHUB_BASE_REF: "main",
  CI_MERGE_REQUEST_DIFF_BASE_SHA: "origin/main",
});

function git(cwd: string, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd, stdio: "pipe" });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loopway-how-to-"));
  const origin = join(folder, "origin");
  cpSync(join(root, "fixtures", "how-to"), origin, { recursive: true });
  git(origin, "init", "-q", "-b", "main");
  git(origin, "add", ".");
  git(origin, "commit", "-qm", "the shop");
  git(folder, "clone", "-q", origin, "clone");
  const clone = join(folder, "clone");
  const ingress = join(clone, "k8s", "ingress.yaml");
  writeFileSync(ingress, readFileSync(ingress, "utf8").replace("path: /orders", "path: /order"));
  const checks = join(clone, "tests", "shop.check.yaml");
  writeFileSync(checks, readFileSync(checks, "utf8").replace("/orders/7", "/order/7"));
  execFileSync("mkdir", ["-p", join(folder, "bin"), join(folder, "runner")]);
  const shim = join(folder, "bin", "loopway");
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "packages/tools/cli/src/main.ts")}" "$@"\n`);
  chmodSync(shim, 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

function scriptsIn(page: string): Script[] {
  const [, block = ""] = /```yaml\n([^`]+)```/.exec(readFileSync(join(root, "docs", "how-to", page), "utf8")) ?? [];
  const workflow = parse(block) as Workflow;
  const steps = workflow.jobs?.loopway.steps ?? [];
  const github = steps.flatMap(({ name = "", run }) => (run === undefined ? [] : [{ page, job: name, lines: run }]));
  const jobs = Object.entries(workflow as Record<string, { script?: string[] }>);
  const gitlab = jobs.flatMap(([job, { script }]) => (script === undefined ? [] : [{ page, job, lines: script.join("\n") }]));
  return [...github, ...gitlab];
}

/** What needs the CI's own service: a clone of Loopway, a comment. */
const needsService = /^\s*(git clone|echo .*GITHUB_PATH|gh |curl |"\$CI_API)/;
const scripts = ["github-actions.md", "gitlab.md"].flatMap(scriptsIn).flatMap(({ lines, ...rest }) => {
  const own = lines.split("\n").filter((line) => !needsService.test(line));
  return own.some((line) => line.trim() !== "") ? [{ ...rest, own }] : [];
});

test.for(scripts)("$page, $job", ({ own }, { skip }) => {
  const asked = own.flatMap((line) => /^loopway (\w+)/.exec(line)?.[1] ?? []);
  const absent = asked.find((name) => !commands.some((command) => command.name === name));
  if (absent !== undefined) skip(`loopway ${absent} is not part of this version`);
  expect(asked).not.toEqual([]);
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", own.join("\n").replaceAll("/tmp/base", join(folder, "base"))], {
    cwd: join(folder, "clone"),
    env: environment(),
    encoding: "utf8",
  });
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
});
