import type { Container, Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { podPorts, probePaths } from "../src/kubelet/pod-ports.ts";

const podOf = (...containers: Container[]): Pod => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers } });

test.each<[string, Pod, [number, string][]]>([
  [
    "opens every declared TCP port",
    podOf({ name: "a", ports: [{ containerPort: 3000 }, { containerPort: 9, protocol: "TCP" }] }),
    [
      [3000, "a"],
      [9, "a"],
    ],
  ],
  ["leaves UDP ports alone", podOf({ name: "a", ports: [{ containerPort: 3000 }, { containerPort: 53, protocol: "UDP" }] }), [[3000, "a"]]],
  ["opens port 80 where no port is declared", podOf({ name: "a" }), [[80, "a"]]],
  [
    "opens the ports of all containers",
    podOf({ name: "a", ports: [{ containerPort: 1 }] }, { name: "b", ports: [{ containerPort: 2 }] }),
    [
      [1, "a"],
      [2, "b"],
    ],
  ],
  [
    "opens a probe's port beside the declared ones",
    podOf({
      name: "a",
      ports: [{ containerPort: 3000 }],
      readinessProbe: { httpGet: { port: 8081 } },
      livenessProbe: { tcpSocket: { port: 8082 } },
    }),
    [
      [3000, "a"],
      [8081, "a"],
      [8082, "a"],
    ],
  ],
  [
    "opens port 80 beside a probe's port where none is declared",
    podOf({ name: "a", startupProbe: { httpGet: { port: 8081 } } }),
    [
      [80, "a"],
      [8081, "a"],
    ],
  ],
  [
    "finds a probe's named port in its own container",
    podOf({ name: "a", ports: [{ name: "web", containerPort: 3000 }], readinessProbe: { httpGet: { port: "web" } } }),
    [[3000, "a"]],
  ],
  [
    "opens nothing for a name that no port has",
    podOf({ name: "a", ports: [{ containerPort: 3000 }], readinessProbe: { httpGet: { port: "web" } } }),
    [[3000, "a"]],
  ],
  [
    "gives a port declared twice to the first container",
    podOf({ name: "a", ports: [{ containerPort: 1 }] }, { name: "b", ports: [{ containerPort: 1 }] }),
    [[1, "a"]],
  ],
])("%s", (_name, pod, expected) => expect(podPorts(pod).map(({ port, container }) => [port, container])).toEqual(expected));

test("the paths of HTTP probes are known without their query", () => {
  const pod = podOf({
    name: "a",
    readinessProbe: { httpGet: { path: "/ready?full=1", port: 80 } },
    livenessProbe: { tcpSocket: { port: 80 } },
  });
  expect([...probePaths(pod)]).toEqual(["/ready"]);
});
