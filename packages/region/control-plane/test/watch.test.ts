import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { startControlPlane } from "./control-plane.ts";
import { CONFIG_MAPS, configMap, TABLE } from "./objects.ts";

interface Frame {
  type: string;
  object: { metadata: { name?: string; resourceVersion: string }; code?: number; kind: string };
}
const briefly = (frames: Frame[]) => frames.map(({ type, object }) => `${type} ${object.metadata.name ?? object.kind}`);

test("a watch shows what follows the list, and only that", async () => {
  const { send, watch } = await startControlPlane();
  await send("POST", CONFIG_MAPS, configMap("before"));
  const { resourceVersion } = (await send("GET", CONFIG_MAPS)).body.metadata;
  const { frames } = await watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`);
  await send("POST", CONFIG_MAPS, configMap("a"));
  await send("PUT", `${CONFIG_MAPS}/a`, configMap("a", { x: "1" }));
  await send("DELETE", `${CONFIG_MAPS}/a`);
  await eventually(() => expect(briefly(frames)).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]));
  const resumed = await watch(`${CONFIG_MAPS}?watch=1&resourceVersion=${frames[0].object.metadata.resourceVersion}`);
  await eventually(() => expect(briefly(resumed.frames)).toEqual(["MODIFIED a", "DELETED a"]));
});

test("without a resourceVersion a watch begins with what there is", async () => {
  const { send, watch } = await startControlPlane();
  for (const name of ["a", "b"]) await send("POST", CONFIG_MAPS, configMap(name));
  const { frames } = await watch(`${CONFIG_MAPS}?watch=true`);
  await eventually(() => expect(briefly(frames)).toEqual(["ADDED a", "ADDED b"]));
});

test("an object that enters or leaves the selection is added or deleted", async () => {
  const { send, watch } = await startControlPlane();
  const { frames } = await watch(`${CONFIG_MAPS}?watch=true&labelSelector=app%3Dweb`);
  await send("POST", CONFIG_MAPS, configMap("a"));
  await send("PUT", `${CONFIG_MAPS}/a`, configMap("a", {}, { app: "web" }));
  await send("PUT", `${CONFIG_MAPS}/a`, configMap("a"));
  await eventually(() => expect(briefly(frames)).toEqual(["ADDED a", "DELETED a"]));
});

test("timeoutSeconds ends a watch, with a bookmark for who asked for them", async () => {
  const { send, watch } = await startControlPlane();
  const { frames, ended } = await watch(`${CONFIG_MAPS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1`);
  await send("POST", "/api/v1/namespaces/kube-system/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } });
  const { resourceVersion } = (await send("GET", CONFIG_MAPS)).body.metadata;
  await ended;
  expect(frames).toEqual([{ type: "BOOKMARK", object: { kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion } } }]);
});

test("a version that a new process has forgotten, or that never was, is 410 as an ERROR event", async () => {
  const first = await startControlPlane();
  first.child.kill("SIGTERM");
  await first.exit;
  const { watch } = await startControlPlane(first.stateDir);
  for (const resourceVersion of ["1", "999999999"]) {
    const { frames, ended } = await watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`);
    await ended;
    expect(frames).toMatchObject([{ type: "ERROR", object: { code: 410, reason: "Expired" } }]);
  }
});

test("a watch of Tables sends the columns once", async () => {
  const { send, watch } = await startControlPlane();
  for (const name of ["a", "b"]) await send("POST", CONFIG_MAPS, configMap(name, { x: "1" }));
  const { frames } = await watch(`${CONFIG_MAPS}?watch=true`, TABLE);
  await eventually(() => expect(frames.length).toBe(2));
  expect(frames.map(({ object }) => [object.columnDefinitions.length, object.rows[0].cells.slice(0, 2)])).toEqual([
    [3, ["a", 1]],
    [0, ["b", 1]],
  ]);
});

test("a stopping control plane ends its watches and exits 0", async () => {
  const { child, exit, watch } = await startControlPlane();
  const { ended } = await watch(`${CONFIG_MAPS}?watch=true`);
  child.kill("SIGTERM");
  await ended;
  expect(await exit).toEqual([0, null]);
});
