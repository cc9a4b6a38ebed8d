/** What `loopway doctor` recommends, executed as it stands; and the trusting of the local CA, in a mount namespace with copies of the system's files. */
import { execFile, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Endpoints, endpointsOf, startWorld, userOf, type World, type WorldKind, workspace } from "../src/index.ts";

const run = promisify(execFile);

interface Finding {
  level: string;
  what: string;
  recipe?: string;
  commands?: string[];
}

/** [world, recipes that its machine must have, where it has curl and namespaces] */
const worlds: ReadonlyArray<[WorldKind, string[]]> = [
  ["identity", ["proxy", "connect-to", "doh", "unshare", "unshare-all"]],
  ["unprivileged", ["proxy", "connect-to", "unshare-all"]],
  ["mapped", ["proxy", "connect-to", "unshare-all"]],
];
const byCurl = ["proxy", "connect-to", "doh", "unshare", "unshare-all"];

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

const canMount = spawnSync("unshare", ["-Urm", "update-ca-certificates", "--help"]).status === 0;

describe.skipIf(!canMount)("loopway trust", () => {
  let world: World;
  let endpoints: Endpoints;
  beforeAll(async () => {
    world = await startWorld();
    endpoints = await endpointsOf(world);
  });
  afterAll(() => world?.stop());

  test("says what it would run, and changes nothing", async () => {
    const { code, stdout } = await world.loopway(["trust"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${endpoints.caFile} /usr/local/share/ca-certificates/loopway-${world.instance}.crt`);
    expect(stdout).toContain("# nothing was changed");
  });

  test.skipIf(missing("curl"))("with --yes curl trusts DNS over HTTPS; with --undo no longer", async () => {
    const trust = `${process.execPath} ${join(workspace, "dist/loopway.cjs")} trust --state ${world.stateDir} --yes`;
    const ask = `curl -s -o /dev/null ${endpoints.doh} && echo trusted || echo refused`;
    const script = [
      `cp -a /etc/ssl/certs ${world.stateDir}/certs`,
      `mount --bind ${world.stateDir}/certs /etc/ssl/certs`,
      "mount -t tmpfs none /usr/local/share/ca-certificates",
      ask,
      `${trust} >&2`,
      ask,
      `${trust} --undo >&2`,
      ask,
    ];
    const env = { ...process.env, CURL_CA_BUNDLE: "", SSL_CERT_FILE: "", HOME: world.stateDir };
    const { stdout } = await run("unshare", ["-Urm", "sh", "-ec", script.join("\n")], { env });
    expect(stdout).toBe("refused\ntrusted\nrefused\n");
  });
});
