import { createServer } from "node:http";
import { eventually } from "@loopway/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { forwardTo, healthOf, listener, notFound, stack, startAlb, startTarget, statusWrites, targetGroup } from "./world.ts";

describe("health checks", () => {
  test("begin at once, look as ELB's do, and one success makes a new target healthy", async () => {
    const target = await startTarget("t");
    const group = targetGroup("group", [target.target], {
      healthCheckPath: "/ready?x=1",
      healthyThresholdCount: 5,
      healthCheckIntervalSeconds: 300,
    });
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), group]));
    await healthOf(hop, "group", ["healthy"]);
    expect(target.checks.length).toBe(1);
    expect(target.checks[0]?.path).toBe("/ready?x=1");
    expect(target.checks[0]?.headers).toEqual(
      expect.arrayContaining(["Host", `127.0.0.1:${target.target.port}`, "User-Agent", "ELB-HealthChecker/2.0"]),
    );
    expect(statusWrites(hop).map((status) => JSON.parse(status).targetHealthDescriptions[0].targetHealth)).toEqual([
      { state: "initial", reason: "Elb.InitialHealthChecking", description: "Initial health checks in progress" },
      { state: "healthy" },
    ]);
  });

  test("run at the interval; thresholds decide; health is written on transitions only", async () => {
    const target = await startTarget("t");
    const group = targetGroup("group", [target.target], {
      healthCheckIntervalSeconds: 0.03,
      unhealthyThresholdCount: 3,
      healthyThresholdCount: 2,
    });
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), group]));
    await healthOf(hop, "group", ["healthy"]);
    target.health = 503;
    const before = target.checks.length;
    await healthOf(hop, "group", ["unhealthy"]);
    expect(target.checks.length - before).toBeGreaterThanOrEqual(3);
    expect(statusWrites(hop).at(-1)).toContain(
      '"reason":"Target.ResponseCodeMismatch","description":"Health checks failed with these codes: [503]"',
    );
    target.health = 200;
    await healthOf(hop, "group", ["healthy"]);
    const writes = statusWrites(hop).length;
    const checks = target.checks.length;
    await eventually(() => expect(target.checks.length).toBeGreaterThan(checks + 3));
    expect(statusWrites(hop).length).toBe(writes);
  });

  test("an unhealthy target gets nothing while another one is healthy", async () => {
    const [good, bad] = [await startTarget("good"), await startTarget("bad", false)];
    const group = targetGroup("group", [good.target, bad.target], { unhealthyThresholdCount: 1 });
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), group]));
    await healthOf(hop, "group", ["healthy", "unhealthy"]);
    for (let i = 0; i < 4; i++) await hop.get("/");
    expect([good.requests.length, bad.requests.length]).toEqual([4, 0]);
  });

  test("a check that is not answered in time is a time-out; redirects are not followed", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    const moved = createServer((_, response) => response.writeHead(301, { Location: "/elsewhere" }).end()).listen(0, "127.0.0.1");
    onTestFinished(() => {
      for (const server of [silent, moved]) {
        server.close();
        server.closeAllConnections();
      }
    });
    const ports = await eventually(() =>
      [silent, moved].map((server) => {
        const address = server.address();
        if (typeof address !== "object" || address === null) throw new Error("not listening yet");
        return address.port;
      }),
    );
    const group = targetGroup(
      "group",
      ports.map((port) => ({ id: "127.0.0.1", port })),
      { unhealthyThresholdCount: 1, healthCheckTimeoutSeconds: 0.1 },
    );
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), group]));
    await healthOf(hop, "group", ["unhealthy", "unhealthy"]);
    expect(statusWrites(hop).at(-1)).toContain('"reason":"Target.Timeout","description":"Request timed out"');
    expect(statusWrites(hop).at(-1)).toContain("[301]");
  });

  test("a target that listens a moment after it was registered is healthy at once, not an interval later", async () => {
    const target = await startTarget("late");
    const { port } = target.target;
    await new Promise((resolve) => target.server.close(resolve));
    const hop = await startAlb(
      ...stack([listener(80, forwardTo("group")), targetGroup("group", [target.target], { healthCheckIntervalSeconds: 300 })]),
    );
    await new Promise<void>((resolve) => target.server.listen(port, "127.0.0.1", resolve));
    await healthOf(hop, "group", ["healthy"]);
  });

  test("a group that no action names is not checked, and says so", async () => {
    const target = await startTarget("t");
    const hop = await startAlb(...stack([listener(80, notFound), targetGroup("group", [target.target])]));
    await healthOf(hop, "group", ["unused"]);
    expect(statusWrites(hop).at(-1)).toContain("Target.NotInUse");
    hop.apply(...stack([listener(80, forwardTo("group")), targetGroup("group", [target.target])]));
    await healthOf(hop, "group", ["healthy"]);
    expect(target.checks.length).toBe(1);
  });
});

describe("registration", () => {
  test("a target that comes is used once healthy; one that goes gets no new request, and its request under way ends well", async () => {
    const [one, two] = [await startTarget("one"), await startTarget("two")];
    const members = [listener(80, forwardTo("group"))];
    const hop = await startAlb(...stack([...members, targetGroup("group", [one.target])]));
    await healthOf(hop, "group", ["healthy"]);
    const release: (() => void)[] = [];
    one.server.prependListener("request", (request, response) => {
      if (request.url === "/hang") release.push(() => response.end("done after all"));
    });
    const pending = hop.get("/hang");
    await eventually(() => expect(release.length).toBe(1));
    hop.apply(...stack([...members, targetGroup("group", [two.target])]));
    await healthOf(hop, "group", ["healthy", "draining"]);
    for (let i = 0; i < 3; i++) expect(await hop.get("/")).toContain("two");
    release[0]?.();
    expect(await pending).toContain("done after all");
    await healthOf(hop, "group", ["healthy"]);
    expect(one.requests).toEqual(["GET /hang"]);
  });

  test("idle connections to a target that goes are closed at once", async () => {
    const target = await startTarget("t");
    const members = [listener(80, forwardTo("group"))];
    const hop = await startAlb(...stack([...members, targetGroup("group", [target.target])]));
    await hop.get("/");
    const connections = () => new Promise<number>((resolve) => target.server.getConnections((_, count) => resolve(count)));
    expect(await connections()).toBeGreaterThan(0);
    hop.apply(...stack([...members, targetGroup("group", [])]));
    await eventually(async () => expect(await connections()).toBe(0));
    expect(await hop.get("/")).toMatch(/^HTTP\/1\.1 503 /);
  });

  test("a request still under way when the deregistration delay is over gets a 502", async () => {
    const target = await startTarget("t");
    const attributes = [{ key: "deregistration_delay.timeout_seconds", value: "0.2" }];
    const members = [listener(80, forwardTo("group"))];
    const hop = await startAlb(...stack([...members, targetGroup("group", [target.target], { attributes })]));
    const pending = hop.get("/hang");
    await eventually(() => expect(target.requests).toEqual(["GET /hang"]));
    hop.apply(...stack([...members, targetGroup("group", [], { attributes })]));
    expect(await pending).toMatch(/^HTTP\/1\.1 502 /);
    await healthOf(hop, "group", []);
  });

  test("an instance is the InternalIP of its node, with the node port of the target", async () => {
    const target = await startTarget("node");
    const id = "i-0123456789abcdef0";
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-a" },
      spec: { providerID: `aws:///us-east-1a/${id}` },
      status: {
        addresses: [
          { type: "Hostname", address: "node-a" },
          { type: "InternalIP", address: "127.0.0.1" },
        ],
      },
    };
    const group = targetGroup("group", [{ id, port: target.target.port }], { targetType: "instance" });
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), group]));
    expect(await hop.get("/")).toMatch(/^HTTP\/1\.1 503 /);
    hop.apply(node);
    await healthOf(hop, "group", ["healthy"]);
    expect(await hop.get("/")).toContain("node");
    expect(statusWrites(hop).at(-1)).toContain(`"target":{"id":"${id}","port":${target.target.port}}`);
  });
});
