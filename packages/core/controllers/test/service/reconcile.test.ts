import type { Service } from "@loopway/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serviceController } from "../../src/service/reconcile.ts";
import { NAMESPACE, service } from "../objects.ts";
import { createWorld } from "../world.ts";

type Spec = Service["spec"] & { ipFamilies?: string[]; ipFamilyPolicy?: string };

/** The Service as it stands after the controller is at rest, beside the ones given before it. */
function settled(spec: Partial<Spec>, before: Service[] = [], seed = 1): { spec: Spec; warnings: string[] } {
  const world = createWorld([serviceController], { seed });
  world.create(...before);
  world.settle();
  world.now += 1000;
  world.create(service("web", spec));
  world.settle();
  const stored = world.get<Service>("Service", "web", NAMESPACE);
  if (stored === undefined) throw new Error("the service is gone");
  return { spec: stored.spec, warnings: world.eventsAbout("Service") };
}

describe("defaults", () => {
  test("a bare Service becomes a ClusterIP Service with everything spelt out", () => {
    const { spec } = settled({ ports: [{ port: 80 }] });
    expect(spec).toMatchObject({
      type: "ClusterIP",
      clusterIPs: [spec.clusterIP],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
    });
    expect(spec.externalTrafficPolicy).toBeUndefined();
  });

  test("what is given is kept", () => {
    const given = { ports: [{ name: "dns", port: 53, protocol: "UDP" as const, targetPort: "dns" }], internalTrafficPolicy: "Local" };
    expect(settled(given).spec).toMatchObject(given);
  });

  test("a LoadBalancer Service allocates nodePorts unless told not to", () => {
    expect(settled({ type: "LoadBalancer" }).spec).toMatchObject({ allocateLoadBalancerNodePorts: true, externalTrafficPolicy: "Cluster" });
    const { spec } = settled({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false });
    expect(spec.ports?.[0]?.nodePort).toBeUndefined();
  });
});

describe("what a policy asks for", () => {
  test("LoadBalancer and policy Local: a healthCheckNodePort of its own, kept when given", () => {
    const local = { type: "LoadBalancer" as const, externalTrafficPolicy: "Local", ports: [{ port: 80 }] };
    const { spec } = settled(local);
    expect(spec.healthCheckNodePort).toBeGreaterThanOrEqual(30_086);
    expect(spec.healthCheckNodePort).not.toBe(spec.ports?.[0]?.nodePort);
    expect(settled({ ...local, healthCheckNodePort: 30_001 }).spec.healthCheckNodePort).toBe(30_001);
  });

  test("its number is none of the Service's nodePorts, however few are free", () => {
    const taken = Array.from({ length: 2766 }, (_, index) => ({ name: `p${index}`, port: index + 1, nodePort: 30_002 + index }));
    const greedy = service("greedy", { type: "NodePort", ports: taken });
    const local = { type: "LoadBalancer" as const, externalTrafficPolicy: "Local", ports: [{ port: 80 }] };
    for (const given of [{}, { healthCheckNodePort: 30_000 }, { healthCheckNodePort: 30_001 }]) {
      const { spec } = settled({ ...local, ...given }, [greedy]);
      expect(spec).toMatchObject(given);
      expect([spec.healthCheckNodePort, spec.ports?.[0]?.nodePort].sort()).toEqual([30_000, 30_001]);
    }
  });

  test.each<[string, Partial<Spec>]>([
    ["policy Cluster", { type: "LoadBalancer" }],
    ["type NodePort", { type: "NodePort", externalTrafficPolicy: "Local" }],
    ["a port from an earlier policy", { type: "LoadBalancer", healthCheckNodePort: 30_001 }],
  ])("%s: none", (_name, spec) => expect(settled(spec).spec.healthCheckNodePort).toBeUndefined());

  test("sessionAffinity ClientIP spells out its three hours", () => {
    const { spec } = settled({ sessionAffinity: "ClientIP" });
    expect(spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
  });
});

describe("ClusterIP", () => {
  test("comes from above the static band of the instance's /16", () => {
    for (let seed = 0; seed < 50; seed++) {
      const [first, second, third = 0] = (settled({}, [], seed).spec.clusterIP ?? "").split(".").map(Number);
      expect([first, second]).toEqual([127, 11]);
      expect(third).toBeGreaterThanOrEqual(1);
    }
  });

  test("of the cluster's DNS is the tenth, while nobody has it", () => {
    const dns = { ...service("kube-dns", {}), metadata: { name: "kube-dns", namespace: "kube-system" } };
    const addressBeside = (...before: Service[]) => {
      const world = createWorld([serviceController]);
      world.create(...before, dns);
      world.settle();
      return world.get<Service>("Service", "kube-dns", "kube-system")?.spec.clusterIP;
    };
    expect(addressBeside()).toBe("127.11.0.10");
    expect(addressBeside(service("squatter", { clusterIP: "127.11.0.10" }))).not.toBe("127.11.0.10");
  });

  test("is the same for the same random source", () => {
    expect(settled({}, [], 7).spec).toEqual(settled({}, [], 7).spec);
  });

  test.each([
    ["a headless Service has none", { clusterIP: "None" }, ["None", ["None"]]],
    ["an explicit one is kept", { clusterIP: "127.11.0.10" }, ["127.11.0.10", ["127.11.0.10"]]],
    ["one named only in clusterIPs counts", { clusterIPs: ["127.11.0.11"] }, ["127.11.0.11", ["127.11.0.11"]]],
    ["an ExternalName has none", { type: "ExternalName" as const, externalName: "db.example.com" }, [undefined, undefined]],
  ])("%s", (_, given, expected) => {
    const { spec, warnings } = settled(given);
    expect([spec.clusterIP, spec.clusterIPs]).toEqual(expected);
    expect(warnings).toEqual([]);
  });
});

describe("conflicts are kept and told", () => {
  const taken = [service("first", { type: "NodePort", clusterIP: "127.11.0.10", ports: [{ port: 80, nodePort: 30080 }] })];

  test.each([
    [
      "a ClusterIP that an older Service has",
      { clusterIP: "127.11.0.10" },
      "ClusterIPAlreadyAllocated: Cluster IP [IPv4]:127.11.0.10 was assigned to multiple services; please recreate service",
    ],
    [
      "a ClusterIP outside the range",
      { clusterIP: "10.96.0.1" },
      "ClusterIPOutOfRange: Cluster IP [IPv4]:10.96.0.1 is not within the service CIDR 127.11.0.0/16; please recreate service",
    ],
    [
      "the network address",
      { clusterIP: "127.11.0.0" },
      "ClusterIPOutOfRange: Cluster IP [IPv4]:127.11.0.0 is not within the service CIDR 127.11.0.0/16; please recreate service",
    ],
    [
      "a nodePort that an older Service has",
      { type: "NodePort" as const, ports: [{ port: 80, nodePort: 30080 }] },
      "PortAlreadyAllocated: Port 30080 was assigned to multiple services; please recreate service",
    ],
    [
      "a nodePort outside the range",
      { type: "NodePort" as const, ports: [{ port: 80, nodePort: 8080 }] },
      "PortOutOfRange: Port 8080 is not within the port range 30000-32767; please recreate service",
    ],
  ])("%s", (_, given, warning) => {
    const { spec, warnings } = settled(given, taken);
    expect(warnings).toEqual([warning]);
    if ("clusterIP" in given) expect(spec.clusterIP).toBe(given.clusterIP);
    else expect(spec.ports?.[0]?.nodePort).toBe(given.ports[0]?.nodePort);
  });

  test("TCP and UDP of one Service may share a nodePort, those of two may not", () => {
    const udp = { name: "udp", port: 53, protocol: "UDP", nodePort: 30080 } as const;
    expect(settled({ type: "NodePort", ports: [{ ...udp, name: "tcp", protocol: "TCP" }, udp] }).warnings).toEqual([]);
    expect(settled({ type: "NodePort", ports: [udp] }, taken).warnings).toEqual([expect.stringMatching(/^PortAlreadyAllocated: /)]);
  });
});

describe("nodePorts", () => {
  test("come from above the static band of 86", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(settled({ type: "NodePort" }, [], seed).spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30086);
    }
  });

  test("one service port over TCP and UDP gets one number", () => {
    const ports = [
      { name: "tcp", port: 53, protocol: "TCP" as const },
      { name: "udp", port: 53, protocol: "UDP" as const },
      { name: "other", port: 54, protocol: "TCP" as const },
    ];
    const [tcp, udp, other] = settled({ type: "NodePort", ports }).spec.ports?.map(({ nodePort }) => nodePort) ?? [];
    expect(tcp).toBeDefined();
    expect(udp).toBe(tcp);
    expect(other).not.toBe(tcp);
  });

  test("a ClusterIP Service gets none, and keeps one that somebody gave it", () => {
    expect(settled({ type: "ClusterIP" }).spec.ports?.[0]?.nodePort).toBeUndefined();
    expect(settled({ type: "ClusterIP", ports: [{ port: 80, nodePort: 30100 }] }).spec.ports?.[0]?.nodePort).toBe(30100);
  });

  test("the full range is told, and a Service that waits gets its port when another goes", () => {
    const world = createWorld([serviceController]);
    const ports = Array.from({ length: 2768 }, (_, index) => ({ name: `p${index}`, port: index + 1, nodePort: 30_000 + index }));
    world.create(service("greedy", { type: "NodePort", ports }), service("late", { type: "NodePort" }));
    world.settle();
    expect(world.eventsAbout("Service")).toEqual([
      "PortRangeFull: Port range 30000-32767 is full; you must widen the port range in order to create new services",
    ]);
    world.apply({ op: "delete", kind: "Service", namespace: NAMESPACE, name: "greedy" });
    world.settle();
    expect(world.get<Service>("Service", "late", NAMESPACE)?.spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30086);
  });

  test("a Service gets the healthCheckNodePort that it waits for when another gives its own back", () => {
    const world = createWorld([serviceController]);
    const ports = Array.from({ length: 2767 }, (_, index) => ({ name: `p${index}`, port: index + 1, nodePort: 30_001 + index }));
    const local = { type: "LoadBalancer" as const, externalTrafficPolicy: "Local", allocateLoadBalancerNodePorts: false };
    world.create(service("greedy", { type: "NodePort", ports }), service("first", local), service("late", local));
    world.settle();
    expect(world.eventsAbout("Service")).toEqual([expect.stringMatching(/^PortRangeFull: /)]);
    world.apply({ op: "delete", kind: "Service", namespace: NAMESPACE, name: "first" });
    world.settle();
    expect(world.get<Service>("Service", "late", NAMESPACE)?.spec.healthCheckNodePort).toBe(30_000);
  });
});

test("however Services come and go, no address and no nodePort is given twice", () => {
  const actions = fc.array(fc.record({ name: fc.nat(12), remove: fc.boolean() }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(actions, fc.integer(), (steps, seed) => {
      const world = createWorld([serviceController], { seed });
      for (const { name, remove } of steps) {
        const exists = world.get("Service", `s${name}`, NAMESPACE) !== undefined;
        if (remove) world.apply({ op: "delete", kind: "Service", namespace: NAMESPACE, name: `s${name}` });
        else if (!exists)
          world.create(
            service(`s${name}`, {
              type: "NodePort",
              ports: [
                { name: "a", port: 80 },
                { name: "b", port: 81 },
              ],
            }),
          );
        if (remove || name % 3 > 0) world.settle();
      }
      world.settle();
      const specs = world.list<Service>("Service").map(({ spec }) => spec);
      const addresses = specs.map(({ clusterIP }) => clusterIP);
      const nodePorts = specs.flatMap(({ ports = [] }) => ports.map(({ nodePort }) => nodePort));
      expect(new Set(addresses).size).toBe(specs.length);
      expect(new Set(nodePorts).size).toBe(2 * specs.length);
      expect([...addresses, ...nodePorts]).not.toContain(undefined);
    }),
    { seed: 1, numRuns: 40 },
  );
});
