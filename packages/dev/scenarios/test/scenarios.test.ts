import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  hopsOf,
  parseEcho,
  readScenarios,
  type ScenarioRequest,
  sendOnce,
  startWorld,
  traceOf,
  type World,
  type WorldKind,
} from "../src/index.ts";

const worlds: readonly WorldKind[] = ["identity", "unprivileged", "mapped"];

async function checkRequest(world: World, { url, headers, expect: expected }: ScenarioRequest): Promise<void> {
  const answer = await sendOnce(world, url, headers);
  expect(answer.status).toBe(expected.status);
  if (expected.server !== undefined) expect(answer.headers.server).toBe(expected.server);
  if (expected.deployment !== undefined) expect(parseEcho(answer).pod.replace(/-[^-]+-[^-]+$/, "")).toBe(expected.deployment);
  if (expected.path !== undefined) expect(parseEcho(answer).path).toBe(expected.path);
  if (expected.hops !== undefined) expect(hopsOf(await traceOf(world, url))).toEqual(expected.hops);
}

describe.each(readScenarios())("$behaviour", ({ manifests, zones, requests }) => {
  describe.each(worlds)("%s", (kind) => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ kind, files: manifests, zones });
    });
    afterAll(() => world?.stop());

    test.each(requests)("$name", (request) => checkRequest(world, request));
  });
});
