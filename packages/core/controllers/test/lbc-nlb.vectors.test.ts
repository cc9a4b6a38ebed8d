import type { Problem, Service } from "@loopway/model";
import { vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { buildNetworkLoadBalancer } from "../src/network-load-balancer/build-stack.ts";
import { buildHealthCheck } from "../src/network-load-balancer/health-check.ts";
import type { ServiceBuild } from "../src/network-load-balancer/service-build.ts";
import { buildTargetGroupAttributes } from "../src/network-load-balancer/target-group-attributes.ts";
import { comparable } from "./lbc/comparable.ts";
import { type Case, readCases } from "./lbc/read-case.ts";
import { formatHealthCheck, formatModel } from "./lbc-nlb/format-model.ts";
import { surroundingsOf } from "./lbc-nlb/surroundings.ts";

const folder = vectorsFolder("lbc");

/** What a scope looks at, and the problems found on the way. */
type Outcome = { value: unknown; problems: readonly Problem[] };

const scopes: Readonly<Record<string, (vector: Case) => Outcome>> = {
  stack(vector) {
    const service = serviceOf(vector);
    const built = buildNetworkLoadBalancer(service, surroundingsOf(vector));
    const stack = built.kind === "built" ? built.stack : undefined;
    return { value: formatModel(service, stack), problems: built.kind === "refused" ? built.problems : [] };
  },
  targetGroupAttributes(vector) {
    const build = buildOf(vector);
    const { port = 0 } = (vector.settings.port ?? {}) as { port?: number };
    return { value: { targetGroupAttributes: buildTargetGroupAttributes(build, port) }, problems: build.problems };
  },
  healthCheckConfig(vector) {
    const build = buildOf(vector);
    const healthCheck = buildHealthCheck(build, build.service, String(vector.settings.targetType));
    return { value: { healthCheckConfig: formatHealthCheck(healthCheck, "hTTPCode") }, problems: build.problems };
  },
};

/** The others are about Ingresses: lbc.vectors.test.ts. */
function isServiceCase({ name }: Case): boolean {
  return /^\d+-nlb/.test(name);
}

function serviceOf({ objects }: Case): Service {
  const service = objects.find((object): object is Service => object.kind === "Service");
  if (service === undefined) throw new Error("a case about a network load balancer has a Service");
  return { ...service, spec: service.spec ?? {} };
}

function buildOf(vector: Case): ServiceBuild {
  return { service: serviceOf(vector), ...surroundingsOf(vector), problems: [], targetGroups: new Map() };
}

describe.skipIf(folder === undefined)("Services of the Load Balancer Controller's own tests", () => {
  test.each(folder === undefined ? [] : readCases(folder).filter(isServiceCase))("$name", (vector) => {
    const look = scopes[vector.scope];
    if (look === undefined) throw new Error(`no test looks at scope ${vector.scope}`);
    const { value, problems } = look(vector);
    if ("error" in vector.expected) expect(problems.length, "an error was expected").toBeGreaterThan(0);
    else expect({ problems, value: comparable(value) }).toEqual({ problems: [], value: comparable(vector.expected.model) });
  });
});
