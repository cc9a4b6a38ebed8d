/** docs/how-to/service-*.md, walked as a reader does: each page's commands in one shell, in order, what they print compared with what the page shows. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually, findClient, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  matchesOutput,
  openShell,
  processesOf,
  readQuotedFiles,
  readSteps,
  type Shell,
  type Step,
  startWorld,
  type World,
  workspace,
} from "../src/index.ts";

const folder = join(workspace, "docs", "how-to");
const pages = readdirSync(folder).filter((name) => name.startsWith("service-"));
const read = (page: string) => readFileSync(join(folder, page), "utf8");

const files = ["fixtures/service-types"];
const zones = ["fixtures/zones"];
const args = ["--pods", "real-termination", "--timing", "node-grace=2"];
/** How each page begins; here the world does it. */
const start = ['export PATH="$PWD/scripts:$PATH"', `loopway up -f ${files} --zone ${zones} ${args.join(" ")} -d`, 'eval "$(loopway env)"'];
/** A reader looks again until what he did has had its effect. */
const PATIENCE_MS = 15_000;
/** What may be run again: it changes nothing. */
const isQuestion = ({ command }: Step) => /^(kubectl get|loopway (curl|dig|trace)|curl|for |test )/.test(command);

test("there is a page for each type of Service", () => {
  const expected = ["cluster-ip", "external-name", "headless", "load-balancer", "node-port"];
  expect(pages).toEqual(expected.map((type) => `service-${type}.md`));
});

describe.each(pages)("%s", (page) => {
  test("quotes a manifest as it is", () => {
    const quoted = readQuotedFiles(read(page));
    expect(quoted).toHaveLength(1);
    for (const { path, text } of quoted) expect(readFileSync(join(workspace, path), "utf8")).toContain(text);
  });

  test("begins as the others do", () => {
    expect(
      readSteps(read(page))
        .slice(0, start.length)
        .map(({ command }) => command),
    ).toEqual(start);
  });
});

const isMissing = [missing("kubectl"), missing("dig"), missing("curl")].includes(true);

describe.skipIf(isMissing)("walked", () => {
  let world: World;
  let home: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    world = await startWorld({ files, zones, args });
    home = mkdtempSync(join(tmpdir(), "loopway-how-to-"));
    env = { ...process.env, HOME: home, PATH: `${fillBin(join(home, "bin"))}:${process.env.PATH}`, LOOPWAY_STATE: world.stateDir };
  });
  afterAll(async () => {
    // A page that failed may have left one suspended.
    for (const { pid } of world === undefined ? [] : await processesOf(world)) process.kill(pid, "SIGCONT");
    await world?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  test.each(pages)("%s", { timeout: 60_000 }, async (page) => {
    const shell = openShell({ cwd: workspace, env });
    onTestFinished(() => shell.close());
    for (const step of readSteps(read(page)).filter(({ command }) => command !== start[0] && command !== start[1])) await walk(shell, step);
  });
});

/** The commands of a reader's PATH: `loopway` as bundled, and the clients that the tests were told of. */
function fillBin(bin: string): string {
  mkdirSync(bin);
  for (const client of ["kubectl", "dig", "curl"] as const) symlinkSync(findClient(client) ?? "", join(bin, client));
  writeFileSync(join(bin, "loopway"), `#!/bin/sh\nexec "${process.execPath}" "${join(workspace, "dist", "loopway.cjs")}" "$@"\n`);
  chmodSync(join(bin, "loopway"), 0o755);
  return bin;
}

async function walk(shell: Shell, step: Step): Promise<void> {
  const { command, output, line } = step;
  const attempt = async () => {
    const printed = await shell.run(command, PATIENCE_MS);
    if (!matchesOutput(output, printed))
      expect(`line ${line}: ${command}\n${printed}`).toBe(`line ${line}: ${command}\n${output.join("\n")}`);
  };
  await (isQuestion(step) ? eventually(attempt, PATIENCE_MS) : attempt());
}
