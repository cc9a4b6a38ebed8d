import type { KubeEvent } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { openApi, processesOf, sendOnce, startWorld, type World } from "../src/index.ts";

async function eventsOf(world: World): Promise<string[]> {
  const api = openApi(world);
  try {
    return (await api.list<KubeEvent>({ kind: "Event" })).items.map(
      ({ involvedObject, reason, message }) => `${involvedObject.name} ${reason}: ${message}`,
    );
  } finally {
    api.close();
  }
}

describe("the seeds as they stand", () => {
  test("strict: the real controller's refusals, no load balancer, no name", async () => {
    const world = await startWorld({ strict: true });
    onTestFinished(() => world.stop());
    const events = await eventsOf(world);
    for (const [ingress, path] of [
      ["api-ingress", "/v1/payment/*"],
      ["flash-product-ingress", "/products/*"],
    ]) {
      expect(events).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^${ingress} FailedBuildModel: Failed build model due to .*prefix path shouldn't contain wildcards: ${path?.replaceAll("*", "\\*")}`,
          ),
        ),
      );
    }
    expect((await processesOf(world)).filter(({ kind }) => kind === "alb")).toEqual([]);
    expect((await sendOnce(world, "http://api.example.com/v1/order/1")).status).toBe(502);
  });

  test("lenient: accepted as meant, each with a Warning that quotes the real controller; what waits says for what", async () => {
    const world = await startWorld();
    onTestFinished(() => world.stop());
    const events = await eventsOf(world);
    expect(events).toContainEqual(
      expect.stringMatching(
        /^api-ingress WildcardPathAccepted: the real controller refuses this: prefix path shouldn't contain wildcards: \/v1\/order\/\*/,
      ),
    );
    expect(events).toContainEqual(
      expect.stringMatching(
        /^api-ingress NodePortAllocated: the real controller refuses this: TargetGroup port is empty\. When using Instance targets, your service be must of type/,
      ),
    );
    expect(events).toContainEqual(expect.stringMatching(/^flask-ingress WaitingForIngressClass: /));
    expect(events).toContainEqual(expect.stringMatching(/^flask-service WaitingForLoadBalancer: /));
  });
});

test("down and up again with the same state directory: every object is there, and the path serves", async () => {
  const world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
  onTestFinished(() => world.stop());
  const kept = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", namespace: "default" } };
  const before = openApi(world);
  await before.create(kept);
  before.close();
  expect((await world.loopway(["down"])).code).toBe(0);
  const { code } = await world.loopway(["up", "-d", "-f", "fixtures/seeds-ip", "--instance", String(world.instance)]);
  expect(code).toBe(0);
  const after = openApi(world);
  onTestFinished(() => after.close());
  expect(await after.get({ kind: "ConfigMap", namespace: "default", name: "kept" })).toMatchObject(kept);
  await eventually(async () => expect((await sendOnce(world, "http://api.example.com/v1/order/1")).status).toBe(200));
});
