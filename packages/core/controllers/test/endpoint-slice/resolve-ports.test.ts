import type { Pod, ServicePort } from "@loopway/model";
import { expect, test } from "vitest";
import { resolvePorts } from "../../src/endpoint-slice/resolve-ports.ts";
import { service } from "../objects.ts";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1" },
  spec: {
    containers: [
      { name: "sidecar" },
      {
        name: "app",
        ports: [
          { name: "http", containerPort: 8080 },
          { name: "dns", containerPort: 5353, protocol: "UDP" },
        ],
      },
    ],
  },
};

const cases: [name: string, ports: ServicePort[], expected: object[]][] = [
  ["a number stays as it is", [{ port: 80, targetPort: 9000 }], [{ name: "", port: 9000, protocol: "TCP" }]],
  ["without a targetPort it is the servicePort", [{ port: 80 }], [{ name: "", port: 80, protocol: "TCP" }]],
  ["a name is looked up in the pod", [{ name: "web", port: 80, targetPort: "http" }], [{ name: "web", port: 8080, protocol: "TCP" }]],
  ["a name counts only under its protocol", [{ port: 53, targetPort: "dns" }], []],
  ["and is found there", [{ port: 53, targetPort: "dns", protocol: "UDP" }], [{ name: "", port: 5353, protocol: "UDP" }]],
  [
    "a name that the pod does not have leaves that port out, not the others",
    [
      { name: "a", port: 80, targetPort: "grpc" },
      { name: "b", port: 81, targetPort: "http", appProtocol: "http" },
    ],
    [{ name: "b", port: 8080, protocol: "TCP", appProtocol: "http" }],
  ],
];

test.each(cases)("%s", (_, ports, expected) => {
  expect(resolvePorts(service("web", { ports }), pod)).toEqual(expected);
});
