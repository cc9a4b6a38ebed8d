import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ApiClient } from "@loopway/hop-kit";
import type { Pod, Service } from "@loopway/model";
import { eventually, findClient, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApi, processesOf, startWorld, type World } from "../src/index.ts";

const run = promisify(execFile);

describe.skipIf(missing("dig"))("cluster DNS, asked with dig", () => {
  let world: World;
  let api: ApiClient;
  let server: string;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/services"] });
    api = openApi(world);
    server = (await service("kube-dns", "kube-system")).spec.clusterIP ?? "";
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
  });

  const service = async (name: string, namespace = "default") => {
    const found = await api.get<Service>({ kind: "Service", namespace, name });
    if (found === undefined) throw new Error(`no Service ${name}`);
    return found;
  };
  const dig = async (...args: string[]) => {
    const { stdout } = await run(findClient("dig") ?? "", [`@${server}`, "+tries=1", "+time=3", "+short", ...args]);
    return stdout.trim().split("\n").sort();
  };
  const pods = async (): Promise<Pod[]> => {
    const { items } = await api.list<Pod>({ kind: "Pod", labelSelector: "app=whoami" });
    return items;
  };

  test("it is at the tenth address of the services' block", () => expect(server).toMatch(/^127\.\d+\.0\.10$/));

  test.each(["+notcp", "+tcp"])("a Service is its clusterIP, there and back (%s)", async (transport) => {
    const { clusterIP = "" } = (await service("by-instance")).spec;
    await eventually(async () => expect(await dig(transport, "by-instance.default.svc.cluster.local")).toEqual([clusterIP]));
    expect(await dig(transport, "-x", clusterIP)).toEqual(["by-instance.default.svc.cluster.local."]);
  });

  test("a headless Service is its ready pods, by address and by SRV", async () => {
    await eventually(async () => {
      const addresses = (await pods()).map(({ status }) => status?.podIP ?? "").sort();
      expect(addresses).toHaveLength(3);
      expect(await dig("peers.default.svc.cluster.local")).toEqual(addresses);
      const targets = addresses.map((address) => `0 33 3000 ${address.replaceAll(".", "-")}.peers.default.svc.cluster.local.`);
      expect(await dig("SRV", "_http._tcp.peers.default.svc.cluster.local")).toEqual(targets.sort());
    });
  });

  test("a pod has a name of its own, and one in each Service that leads to it", async () => {
    const [pod] = await pods();
    const address = pod?.status?.podIP ?? "";
    const label = address.replaceAll(".", "-");
    expect(await dig(`${label}.default.pod.cluster.local`)).toEqual([address]);
    expect(await dig(`${label}.nowhere.pod.cluster.local`)).toEqual([""]);
    await eventually(async () => expect(await dig(`${label}.by-instance.default.svc.cluster.local`)).toEqual([address]));
    expect(await dig("-x", address)).toContain(`${label}.peers.default.svc.cluster.local.`);
  });

  test("an address of the other family: no data, and the SOA says for how long", async () => {
    const { stdout } = await run(findClient("dig") ?? "", [
      `@${server}`,
      "+noall",
      "+comments",
      "+authority",
      "AAAA",
      "local.default.svc.cluster.local",
    ]);
    expect(stdout).toMatch(/status: NOERROR.*ANSWER: 0, AUTHORITY: 1/s);
    expect(stdout).toMatch(/^cluster\.local\.\s+30\s+IN\s+SOA\s+ns\.dns\.cluster\.local\. .* 30$/m);
  });

  test("an ExternalName is an alias; the search path finds a short name", async () => {
    expect(await dig("elsewhere.default.svc.cluster.local")).toEqual(["www.example.com."]);
    const { clusterIP = "" } = (await service("local")).spec;
    expect(await dig("+search", "+domain=default.svc.cluster.local", "local")).toEqual([clusterIP]);
  });

  test("without the Service nobody answers, and no process runs", async () => {
    await api.delete({ kind: "Service", namespace: "kube-system", name: "kube-dns" });
    await eventually(async () => expect((await processesOf(world)).map(({ kind }) => kind)).not.toContain("coredns"));
  });
});
