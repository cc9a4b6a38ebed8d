/** What `loopway doctor` recommends, executed as it stands by the user of the world. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { startWorld, userOf, type World, type WorldKind, workspace } from "../src/index.ts";

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
  const suggestionsOf = async (zones: string[], files = ["fixtures/workloads"]) => {
    const world = await startWorld({ files, zones });
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

  test.each([
    {
      what: "on port 80",
      port: 80,
      url: /^http:\/\/k8s-default-hellopub-\S+\.amazonaws\.com\/$/,
      options: "",
      annotations: {},
      zones: [],
    },
    {
      what: "under the name that ExternalDNS gives it",
      port: 80,
      url: /^http:\/\/hello\.example\.com\/$/,
      options: "",
      annotations: { "external-dns.alpha.kubernetes.io/hostname": "hello.example.com" },
      zones: ["fixtures/zones"],
    },
    {
      what: "with a TLS listener",
      port: 443,
      url: /^https:\/\/k8s-default-hellopub-\S+\.amazonaws\.com\/$/,
      options: "-k ",
      annotations: { "service.beta.kubernetes.io/aws-load-balancer-ssl-cert": "arn:aws:acm:us-east-1:111122223333:certificate/hello" },
      zones: [],
    },
  ])("a Service's network load balancer, $what, where no Ingress is", async ({ port, url, options, annotations, zones }) => {
    const service = parse(readFileSync(join(workspace, "fixtures/service-types/load-balancer.yaml"), "utf8"));
    Object.assign(service.metadata.annotations, annotations);
    service.spec.ports[0].port = port;
    const folder = mkdtempSync(join(tmpdir(), "loopway-try-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "service.json"), JSON.stringify(service));
    const commands = await suggestionsOf(zones, ["fixtures/service-types/hello.yaml", join(folder, "service.json")]);
    const [byProxy = "", trace = "", dig, byAddress = "", kubectl] = commands;
    const [, asked = ""] = /^loopway trace (\S+)$/.exec(trace) ?? [];
    expect(asked).toMatch(url);
    expect(dig).toMatch(new RegExp(`^dig @\\S+ -p 53 ${new URL(asked).hostname}$`));
    expect(kubectl).toMatch(/^kubectl --kubeconfig /);
    expect([byProxy, byAddress]).toEqual([
      expect.stringMatching(`^curl ${options}-x http://\\S+ https?:`),
      expect.stringMatching(`^curl ${options}--connect-to \\S+ https?:`),
    ]);
    for (const command of [byProxy, byAddress]) expect((await run("sh", ["-ec", command])).stdout, command).toContain("Hello, world!");
  });
});
