/** What `loopway doctor` recommends, executed as it stands by the user of the world. */
import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startWorld, userOf, type World, type WorldKind } from "../src/index.ts";

const run = promisify(execFile);

interface Finding {
  level: string;
  what: string;
  recipe?: string;
  commands?: string[];
}

const byCurl = ["proxy", "connect-to", "doh", "unshare", "unshare-all"];
/** Without ports below 1024. */
const withoutPorts = ["proxy", "connect-to", "unshare-all"];
/** [world, recipes that its machine must have, where it has curl and namespaces] */
const worlds: ReadonlyArray<[WorldKind, string[]]> = [
  ["identity", process.getuid?.() === 0 ? byCurl : withoutPorts],
  ["unprivileged", withoutPorts],
];

describe.skipIf(missing("curl")).each(worlds)("names, %s", (kind, expected) => {
  let world: World;
  let findings: Finding[];
  beforeAll(async () => {
    world = await startWorld({ kind });
    findings = JSON.parse((await world.loopway(["doctor", "--json"])).stdout);
  });
  afterAll(() => world?.stop());

  test.for(byCurl)("%s", async (recipe, { skip }) => {
    const finding = findings.find((each) => each.recipe === recipe);
    if (finding?.commands === undefined) {
      if (expected.includes(recipe) && !/namespaces/.test(finding?.what ?? "")) expect(finding).toMatchObject({ level: "ok" });
      skip(finding?.what ?? recipe);
      return;
    }
    expect(expected).toContain(recipe);
    const { stdout } = await run("sh", ["-ec", finding.commands.join("\n")], { cwd: dirname(world.stateDir), ...userOf(kind) });
    expect(stdout).toContain('"path": "/v1/order/1"');
  });
});

describe.skipIf(missing("curl"))("what `up` says to try, with one's own manifests", () => {
  const suggestionsOf = async (zones: string[]) => {
    const world = await startWorld({ files: ["fixtures/workloads"], zones });
    onTestFinished(() => world.stop());
    const lines = world.said.trimEnd().split("\n");
    return lines.slice(lines.indexOf("try:") + 1).map((line) => line.trim());
  };
  const expectAnswers = async (commands: string[]) => {
    for (const command of commands) expect((await run("sh", ["-ec", command])).stdout).toContain('"host": "app.example.com"');
  };

  test("a host and a path that they have", async () => {
    const [byProxy = "", trace, dig, byAddress = "", kubectl] = await suggestionsOf(["fixtures/zones"]);
    expect(trace).toBe("loopway trace http://app.example.com/");
    expect(dig).toMatch(/^dig @\S+ -p 53 app\.example\.com$/);
    expect(kubectl).toMatch(/^kubectl --kubeconfig /);
    await expectAnswers([byProxy, byAddress]);
  });

  test("no name where no zone has the host", async () => {
    const [byAddress = "", kubectl, ...others] = await suggestionsOf([]);
    expect([kubectl, others]).toEqual([expect.stringMatching(/^kubectl --kubeconfig /), []]);
    await expectAnswers([byAddress]);
  });
});
