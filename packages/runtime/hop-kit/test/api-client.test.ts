import type { KubeObject } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { createStatusWriter } from "../src/status-writer.ts";
import { clientOf, SmallApi } from "./fixtures/small-api.ts";

const lb: KubeObject = {
  apiVersion: "elbv2.services.k8s.aws/v1alpha1",
  kind: "LoadBalancer",
  metadata: { name: "lb", namespace: "kube-system" },
};
const lbPath = "/apis/elbv2.services.k8s.aws/v1alpha1/namespaces/kube-system/loadbalancers/lb";
const reference = { kind: "LoadBalancer", namespace: "kube-system", name: "lb" };

async function openApi() {
  const api = new SmallApi();
  await api.start();
  return { api, ...clientOf(api) };
}

test("each call has its method, path, type and body", async () => {
  const { api, client } = await openApi();
  await client.create(lb);
  await client.update(lb, "status");
  await client.patch(reference, { a: 1 });
  await client.patch(reference, { a: 1 }, { type: "strategic", subresource: "status" });
  await client.delete(reference, { gracePeriodSeconds: 0 });
  await client.list({ kind: "Pod", namespace: "default", labelSelector: "a=b,c", fieldSelector: "spec.nodeName=n" });
  expect(api.received.map(({ method, path, contentType, body }) => [method, path, contentType, body])).toEqual([
    ["POST", lbPath.replace(/\/lb$/, ""), "application/json", lb],
    ["PUT", `${lbPath}/status`, "application/json", lb],
    ["PATCH", lbPath, "application/merge-patch+json", { a: 1 }],
    ["PATCH", `${lbPath}/status`, "application/strategic-merge-patch+json", { a: 1 }],
    ["DELETE", lbPath, "application/json", { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 }],
    ["GET", "/api/v1/namespaces/default/pods?labelSelector=a%3Db%2Cc&fieldSelector=spec.nodeName%3Dn", undefined, undefined],
  ]);
});

test("what is absent is undefined to get and no error to delete; other refusals reject with status and reason", async () => {
  const { api, client } = await openApi();
  expect(await client.get({ ...reference, name: "absent" })).toBeUndefined();
  api.writeStatus = 404;
  await client.delete(reference);
  api.writeStatus = 409;
  await expect(client.create(lb)).rejects.toMatchObject({ name: "ApiError", status: 409, reason: "Because", message: "as told" });
});

test("thousands of requests at once are all answered", async () => {
  const { api, client } = await openApi();
  const rounds = Array.from({ length: 3_000 }, (_, round) => round);
  await Promise.all(rounds.map((round) => client.patch(reference, { round })));
  expect(new Set(api.received.map(({ body }) => (body as { round: number }).round)).size).toBe(rounds.length);
});

test("a request after a restart of the server does not trip over the connection kept from before", async () => {
  const { api, client } = await openApi();
  for (let round = 0; round < 5; round++) {
    await client.patch(reference, { round });
    await api.stop();
    await api.start();
  }
  expect(api.received).toHaveLength(5);
});

test("of many statuses of one object the newest is written, and failures are tried again until then", async () => {
  const { api, client, signal } = await openApi();
  const write = createStatusWriter(client, signal);
  api.writeStatus = 500;
  for (let version = 1; version <= 100; version++) write(lb, { version });
  await eventually(() => expect(api.received.length).toBeGreaterThanOrEqual(2));
  api.writeStatus = 200;
  write(lb, { version: 101 });
  await eventually(() => expect(api.received.at(-1)?.body).toEqual({ status: { version: 101 } }));
  expect(api.received.length).toBeLessThan(10);
});

test("a status that the API refuses for good is dropped, and the next one is written", async () => {
  const { api, client, signal } = await openApi();
  const write = createStatusWriter(client, signal);
  api.writeStatus = 404;
  write(lb, { version: 1 });
  await eventually(() => expect(api.received).toHaveLength(1));
  api.writeStatus = 200;
  write(lb, { version: 2 });
  await eventually(() => expect(api.received.at(-1)?.body).toEqual({ status: { version: 2 } }));
  expect(api.received).toHaveLength(2);
});
