import type { Pod, Service } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { ownProgramOf, serviceVariables } from "../../src/index.ts";

const pod = (annotations?: Record<string, string>, spec = {}): Pod =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default", annotations },
    spec: { containers: [{ name: "web" }], ...spec },
  }) as Pod;
const service = (name: string, spec: Service["spec"], namespace = "default"): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec,
});

describe("what answers in a pod's place", () => {
  test.each<[annotations: Record<string, string> | undefined, program: ReturnType<typeof ownProgramOf>]>([
    [undefined, undefined],
    [{ "loopway.dev/exec": "node server.js" }, { kind: "exec", command: "node server.js" }],
    [{ "loopway.dev/exec": " " }, undefined],
    [{ "loopway.dev/upstream": "127.0.0.1:3000" }, { kind: "upstream", dial: { address: "127.0.0.1", port: 3000 } }],
    [{ "loopway.dev/upstream": "[::1]:3000" }, { kind: "upstream", dial: { address: "::1", port: 3000 } }],
    [{ "loopway.dev/upstream": "localhost:3000" }, { kind: "upstream", dial: { address: "localhost", port: 3000 } }],
    [{ "loopway.dev/upstream": "192.0.2.1:3000" }, expect.stringContaining('cannot read "192.0.2.1:3000"')],
    [{ "loopway.dev/upstream": "127.0.0.1:70000" }, expect.stringContaining("cannot read")],
    [{ "loopway.dev/upstream": "3000" }, expect.stringContaining("cannot read")],
  ])("%j", (annotations, program) => {
    expect(ownProgramOf(pod(annotations))).toEqual(program);
  });
});

describe("service variables", () => {
  const redis = service("redis-primary", {
    clusterIP: "10.0.0.11",
    ports: [{ port: 6379 }, { name: "http-metrics", port: 9121, protocol: "TCP" }],
  });

  test("in the form that the Kubernetes documentation shows for redis-primary", () => {
    expect(serviceVariables(pod(), [redis])).toEqual({
      REDIS_PRIMARY_SERVICE_HOST: "10.0.0.11",
      REDIS_PRIMARY_SERVICE_PORT: "6379",
      REDIS_PRIMARY_SERVICE_PORT_HTTP_METRICS: "9121",
      REDIS_PRIMARY_PORT: "tcp://10.0.0.11:6379",
      REDIS_PRIMARY_PORT_6379_TCP: "tcp://10.0.0.11:6379",
      REDIS_PRIMARY_PORT_6379_TCP_PROTO: "tcp",
      REDIS_PRIMARY_PORT_6379_TCP_PORT: "6379",
      REDIS_PRIMARY_PORT_6379_TCP_ADDR: "10.0.0.11",
      REDIS_PRIMARY_PORT_9121_TCP: "tcp://10.0.0.11:9121",
      REDIS_PRIMARY_PORT_9121_TCP_PROTO: "tcp",
      REDIS_PRIMARY_PORT_9121_TCP_PORT: "9121",
      REDIS_PRIMARY_PORT_9121_TCP_ADDR: "10.0.0.11",
    });
  });

  test.each<[why: string, given: Service, of: Pod]>([
    ["headless", service("web", { clusterIP: "None", ports: [{ port: 80 }] }), pod()],
    ["without an address", service("web", { ports: [{ port: 80 }] }), pod()],
    ["of another namespace", service("web", { clusterIP: "10.0.0.1", ports: [{ port: 80 }] }, "shop"), pod()],
    ["not wanted by the pod", redis, pod({}, { enableServiceLinks: false })],
  ])("none of a Service that is %s", (_why, given, of) => {
    expect(serviceVariables(of, [given])).toEqual({});
  });
});
