import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Address } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";

interface Kubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { token: string } }[];
}

async function clientOf({ stateDir }: ControlPlane) {
  const text = await eventually(() => readFileSync(join(stateDir, "kubeconfig"), "utf8"));
  const { clusters, users } = JSON.parse(text) as Kubeconfig;
  const { server = "", "certificate-authority-data": authority = "" } = clusters[0]?.cluster ?? {};
  const token = users[0]?.user.token ?? "";
  const get = (headers: Record<string, string>) =>
    new Promise<{ code: number | undefined; kind: string; reason?: string }>((resolve, reject) => {
      const options = { ca: Buffer.from(authority, "base64"), headers, agent: false, servername: "localhost" };
      const sent = request(`${server}/api/v1/namespaces`, options, (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (chunk) => (body += chunk));
        answer.on("end", () => resolve({ code: answer.statusCode, ...JSON.parse(body) }));
      });
      sent.on("error", reject).end();
    });
  return { server, token, get };
}

test("the kubeconfig leads to the API, whose certificate its CA vouches for", async () => {
  const { get, token } = await clientOf(await startControlPlane());
  expect(await get({ authorization: `Bearer ${token}` })).toMatchObject({ code: 200, kind: "NamespaceList" });
});

test("strangers are refused with a Status", async () => {
  const { get, token } = await clientOf(await startControlPlane());
  const authorization = `Bearer ${token}`;
  const unauthorized = { code: 401, kind: "Status", reason: "Unauthorized" };
  expect(await get({})).toMatchObject(unauthorized);
  expect(await get({ authorization: "Bearer wrong" })).toMatchObject(unauthorized);
  expect(await get({ authorization: `Basic ${token}` })).toMatchObject(unauthorized);
  expect(await get({ authorization, host: "evil.example.com" })).toMatchObject({ code: 421, kind: "Status" });
  expect(await get({ authorization, origin: "https://evil.example.com" })).toMatchObject({ code: 403, kind: "Status" });
});

test("a taken port moves to the next free one, which is announced and written to the kubeconfig", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as Address;
  const controlPlane = await startControlPlane(undefined, { settings: { port } });
  const { server } = await clientOf(controlPlane);
  const bound = await eventually(() => {
    const announced = controlPlane.announcements.find(({ type }) => type === "bound");
    expect(announced).toMatchObject({ protocol: "tcp", virtual: { address: "127.0.0.1", port } });
    return announced;
  });
  const boundPort = bound?.type === "bound" ? bound.bound.port : 0;
  expect(boundPort).toBeGreaterThan(port);
  expect(server).toBe(`https://127.0.0.1:${boundPort}`);
});

test("CA, certificate and token outlive the process", async () => {
  const first = await startControlPlane();
  const before = await clientOf(first);
  first.child.kill("SIGTERM");
  await first.exit;
  const second = await startControlPlane(first.stateDir);
  await eventually(() => expect(second.announcements.some(({ type }) => type === "bound")).toBe(true));
  const after = await clientOf(second);
  expect(after.token).toBe(before.token);
  expect(await after.get({ authorization: `Bearer ${before.token}` })).toMatchObject({ code: 200 });
});
