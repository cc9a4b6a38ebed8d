import { ObjectCache } from "@loopway/kube";
import { addressPlan, type Service, type ServicePort } from "@loopway/model";
import { expect, test } from "vitest";
import { refuseAllocation } from "../../src/service/refuse-allocation.ts";
import { service } from "../objects.ts";

const dns = [
  { name: "udp", port: 53, protocol: "UDP" as const, nodePort: 30053 },
  { name: "tcp", port: 53, protocol: "TCP" as const, nodePort: 30053 },
];
const present = [
  service("first", { type: "NodePort", clusterIP: "127.11.0.10", ports: [{ port: 80, nodePort: 30080 }] }),
  service("local", { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 31000, ports: [{ port: 80 }] }),
];
const local = (healthCheckNodePort: number, ports: ServicePort[] = [{ port: 80 }]): Partial<Service["spec"]> => ({
  type: "LoadBalancer",
  externalTrafficPolicy: "Local",
  healthCheckNodePort,
  ports,
});
const nodePorts = (...numbers: number[]) => numbers.map((nodePort, index) => ({ name: `p${index}`, port: 80 + index, nodePort }));
const snapshotOf = (services: readonly Service[]) => {
  const snapshot = new ObjectCache();
  snapshot.replace("Service", services);
  return snapshot;
};
const isTaken = "provided port is already allocated";

test.each<[string, Service, string | undefined]>([
  ["asks for nothing", service("web"), undefined],
  [
    "a free address and a free nodePort",
    service("web", { type: "NodePort", clusterIP: "127.11.0.11", ports: nodePorts(30081) }),
    undefined,
  ],
  ["TCP and UDP on one nodePort", service("dns", { type: "NodePort", ports: dns }), undefined],
  [
    "a nodePort that another has",
    service("web", { type: "NodePort", ports: nodePorts(30081, 30080) }),
    `spec.ports[1].nodePort: Invalid value: 30080: ${isTaken}`,
  ],
  [
    "a nodePort that another has for another protocol",
    service("web", { type: "NodePort", ports: [{ port: 53, protocol: "UDP", nodePort: 30080 }] }),
    `spec.ports[0].nodePort: Invalid value: 30080: ${isTaken}`,
  ],
  [
    "a nodePort on which another is checked",
    service("web", { type: "NodePort", ports: nodePorts(31000) }),
    `spec.ports[0].nodePort: Invalid value: 31000: ${isTaken}`,
  ],
  ["a healthCheckNodePort that nobody has", service("web", local(31001)), undefined],
  [
    "a healthCheckNodePort on which another is checked",
    service("web", local(31000)),
    `spec.healthCheckNodePort: Invalid value: 31000: ${isTaken}`,
  ],
  [
    "a healthCheckNodePort that is another's nodePort",
    service("web", local(30080)),
    `spec.healthCheckNodePort: Invalid value: 30080: ${isTaken}`,
  ],
  [
    "a healthCheckNodePort that is a nodePort of its own",
    service("web", local(30081, nodePorts(30081))),
    `spec.healthCheckNodePort: Invalid value: 30081: ${isTaken}`,
  ],
  [
    "an address that another has",
    service("web", { clusterIP: "127.11.0.10" }),
    'spec.clusterIPs: Invalid value: ["127.11.0.10"]: failed to allocate IP 127.11.0.10: provided IP is already allocated',
  ],
  [
    "an address of another network",
    service("web", { clusterIP: "10.96.0.10" }),
    'spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: the provided network does not match the current range',
  ],
  [
    "the address of the network itself",
    service("web", { clusterIP: "127.11.0.0" }),
    'spec.clusterIPs: Invalid value: ["127.11.0.0"]: failed to allocate IP 127.11.0.0: the provided IP (127.11.0.0) is not in the valid range. The range of valid IPs is 127.11.0.0/16',
  ],
  ["what it has already, under its own name", present[0] as Service, undefined],
])("%s", (_, asking, expected) => {
  const cause = refuseAllocation(asking, undefined, { snapshot: snapshotOf(present), plan: addressPlan(0) });
  expect(cause && `${cause.field}: ${cause.message}`).toBe(expected);
});

test("what a Service has it keeps, even where an older one has it too", () => {
  const twin = service("twin", { type: "NodePort", clusterIP: "127.11.0.10", ports: nodePorts(30080) });
  expect(refuseAllocation(twin, twin, { snapshot: snapshotOf([...present, twin]), plan: addressPlan(0) })).toBeUndefined();
  const checked = service("checked", local(31000));
  expect(refuseAllocation(checked, checked, { snapshot: snapshotOf([...present, checked]), plan: addressPlan(0) })).toBeUndefined();
});

test.each<[string, Partial<Service["spec"]>, Partial<Service["spec"]>, string | undefined]>([
  ["policy Cluster", local(31002, nodePorts(30082)), { type: "LoadBalancer", ports: nodePorts(30082) }, undefined],
  [
    "its healthCheckNodePort becomes a nodePort",
    local(31002, nodePorts(30082)),
    { type: "LoadBalancer", ports: nodePorts(31002) },
    `spec.ports[0].nodePort: Invalid value: 31002: ${isTaken}`,
  ],
  [
    "a nodePort of it becomes its healthCheckNodePort",
    { type: "LoadBalancer", ports: nodePorts(30082) },
    local(30082, nodePorts(30083)),
    `spec.healthCheckNodePort: Invalid value: 30082: ${isTaken}`,
  ],
])("an update: %s", (_, before, after, expected) => {
  const [current, asking] = [service("web", before), service("web", after)];
  const cause = refuseAllocation(asking, current, { snapshot: snapshotOf([...present, current]), plan: addressPlan(0) });
  expect(cause && `${cause.field}: ${cause.message}`).toBe(expected);
});
