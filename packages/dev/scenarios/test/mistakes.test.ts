import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressPlan } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { endpointsOf, openApi, sendOnce, startWorld, type World } from "../src/index.ts";

const orders = "http://api.example.com/v1/order/1";

describe("a mistake says what, where and what to do, and stops nothing else", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
  });
  afterAll(() => world?.stop());

  const ingress = (spec: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api-ingress, annotations: { kubernetes.io/ingress.class: alb, alb.ingress.kubernetes.io/scheme: internet-facing, alb.ingress.kubernetes.io/target-type: ip } }
spec:
${spec}`;

  test.each([
    ["bad YAML", "kind: Ingress\n\tmetadata: {}\n", 2, /E_YAML/, /:2: not valid YAML/],
    ["no kind", "apiVersion: v1\nmetadata: { name: x }\n", 2, /E_MANIFEST/, /:1: kind is missing/],
    [
      "a wrong type",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: orders }\nspec: { replicas: many }\n",
      1,
      /E_INVALID/,
      /Deployment default\/orders/,
    ],
    [
      "a wrong field value",
      ingress(
        "  rules: [{ http: { paths: [{ path: nope, pathType: Prefix, backend: { service: { name: a, port: { number: 1 } } } }] } }]\n",
      ),
      1,
      /E_INVALID/,
      /spec\.rules\[0\]\.http\.paths\[0\]\.path/,
    ],
    ["an unknown kind", "apiVersion: example.com/v1\nkind: Wish\nmetadata: { name: x }\n", 1, /E_INVALID/, /Wish/],
  ])("%s", async (_name, text, exitCode, code, message) => {
    const { code: got, stderr } = await world.loopway(["apply", "-f", "-"], text);
    expect(stderr).toMatch(code);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/→ /);
    expect(got).toBe(exitCode);
    expect((await sendOnce(world, orders)).status).toBe(200);
  });

  test("a missing Service answers 503 for its own path alone", async () => {
    const rule = (service: string, path: string) =>
      `      - { path: ${path}, pathType: Prefix, backend: { service: { name: ${service}, port: { number: 8080 } } } }\n`;
    const spec = `  rules:\n  - host: api.example.com\n    http:\n      paths:\n${rule("orders-service", "/v1/order")}${rule("nobody-service", "/v1/nobody")}`;
    expect((await world.loopway(["apply", "-f", "-"], ingress(spec))).code).toBe(0);
    await eventually(async () => {
      const answer = await sendOnce(world, "http://api.example.com/v1/nobody/1");
      expect([answer.status, answer.body]).toEqual([503, "Backend service does not exist"]);
    });
    expect((await sendOnce(world, orders)).status).toBe(200);
  });

  test("a port that the Service lacks keeps the last good rules serving, and an Event names it", async () => {
    const spec =
      "  rules:\n  - host: api.example.com\n    http: { paths: [{ path: /v1/order, pathType: Prefix, backend: { service: { name: orders-service, port: { number: 9 } } } }] }\n";
    expect((await world.loopway(["apply", "-f", "-"], ingress(spec))).code).toBe(0);
    const api = openApi(world);
    onTestFinished(() => api.close());
    await eventually(async () => {
      const messages = (await api.list({ kind: "Event" })).items.map((event) => (event as unknown as { message: string }).message);
      expect(messages).toContainEqual(
        expect.stringContaining(
          "Failed build model due to ingress: default/api-ingress: unable to find port 9 on service default/orders-service",
        ),
      );
    });
    expect((await sendOnce(world, orders)).status).toBe(200);
  });

  test("the same state directory twice", async () => {
    const again = await world.loopway(["up", "-d", "--instance", "11"]);
    expect([again.code, again.stderr]).toEqual([3, expect.stringMatching(/E_ALREADY_RUNNING/)]);
    expect((await sendOnce(world, orders)).status).toBe(200);
  });
});

describe("before anything is started", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "loopway-mistakes-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("a zone file with a mistake starts nothing", async () => {
    writeFileSync(join(folder, "bad.zone"), "$ORIGIN bad.test.\n@ IN SOA ns hostmaster 1 2 3 4 5\n@ IN NS ns\nns IN A 127.0.0.300\n");
    await expect(startWorld({ files: ["fixtures/seeds-ip"], zones: [join(folder, "bad.zone")] })).rejects.toThrow(
      /bad\.zone:4: .*\[E_ZONE_FILE\]/,
    );
  });

  test("a state directory that is a file, and a store that is none", async () => {
    const world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
    onTestFinished(() => world.stop());
    const file = join(folder, "file");
    writeFileSync(file, "");
    const broken = join(folder, "broken");
    mkdirSync(broken);
    writeFileSync(join(broken, "store.sqlite"), "this is no database, and long enough to look like a file of one".repeat(100));
    for (const state of [file, broken]) {
      const { code, stderr } = await world.loopway(["up", "-d", "--instance", "10", "--state", state]);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/E_STATE/)]);
    }
  });

  test("a port taken by another program moves the listener to another port of its address, and env and the proxy know", async () => {
    const instance = 11;
    const { publicAddresses } = addressPlan(instance);
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(80, `${publicAddresses}.0.1`, resolve));
    onTestFinished(() => new Promise<void>((resolve) => blocker.close(() => resolve())));
    const world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"], instance });
    onTestFinished(() => world.stop());
    const { hosts } = await endpointsOf(world);
    expect(hosts.find(({ host }) => host === "api.example.com")?.addresses).toContain(`${publicAddresses}.0.1:8080`);
    expect((await sendOnce(world, orders)).status).toBe(200);
  });

  test("two at once: each has its own addresses, the second its own proxy port, and env tells where", async () => {
    const one = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
    onTestFinished(() => one.stop());
    const two = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
    onTestFinished(() => two.stop());
    expect(one.proxy).not.toBe(two.proxy);
    expect((await sendOnce(one, orders)).status).toBe(200);
    expect((await sendOnce(two, orders)).status).toBe(200);
  });
});
