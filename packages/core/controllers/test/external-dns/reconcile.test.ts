import { buildZoneObjects, parseZone } from "@loopway/dns";
import type { HostedZone, Ingress, RecordSet, Service } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { externalDnsController } from "../../src/external-dns/reconcile.ts";
import { createWorld, type World } from "../world.ts";

const target = "k8s-default-shop-0123456789-1234567890.us-east-1.elb.amazonaws.com";

function hostedZone(name: string): HostedZone {
  return {
    apiVersion: "route53.services.k8s.aws/v1alpha1",
    kind: "HostedZone",
    metadata: { name, namespace: "kube-system" },
    spec: { name: `${name}.` },
  };
}

function ingress(name: string, hosts: string[], changes: Partial<Ingress> = {}): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "default" },
    spec: { rules: hosts.map((host) => ({ host })) },
    status: { loadBalancer: { ingress: [{ hostname: target }] } },
    ...changes,
  };
}

function recordSet(name: string, recordType: string, value: string): RecordSet {
  return {
    apiVersion: "route53.services.k8s.aws/v1alpha1",
    kind: "RecordSet",
    metadata: { name: `${name.replace("*", "wildcard").slice(0, -1)}-${recordType.toLowerCase()}`, namespace: "kube-system" },
    spec: { hostedZoneRef: { from: { name: "example.com" } }, name, recordType, ttl: 60, resourceRecords: [{ value }] },
  };
}

function start(...objects: Parameters<World["create"]>): World {
  const world = createWorld([externalDnsController]);
  world.create(hostedZone("example.com"), ...objects);
  world.settle();
  return world;
}

/** "zone name type → target" in order of name. */
function records(world: World): string[] {
  return world.list<RecordSet>("RecordSet").map(({ spec }) => {
    const value =
      spec.aliasTarget === undefined ? spec.resourceRecords?.map((record) => record.value).join() : `alias ${spec.aliasTarget.dnsName}`;
    return `${spec.hostedZoneRef.from.name}: ${spec.name} ${spec.recordType} → ${value}`;
  });
}

const registry = (name: string) => `"heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/default/${name}"`;
const aliasOf = (host: string, zone = "example.com") => `${zone}: ${host}. A → alias ${target}`;
const registryOf = (host: string, name: string, zone = "example.com") => `${zone}: a-${host}. TXT → ${registry(name)}`;

test("a host becomes an alias record and the record of its ownership", () => {
  const world = start(ingress("shop", ["api.example.com"]));
  expect(records(world)).toEqual([registryOf("api.example.com", "shop"), aliasOf("api.example.com")]);
  const alias = world.list<RecordSet>("RecordSet").find(({ spec }) => spec.recordType === "A");
  expect(alias?.spec.aliasTarget).toEqual({ dnsName: target, hostedZoneID: "Z35SXDOTRQ7X7K", evaluateTargetHealth: true });
  expect(alias?.metadata.annotations?.["loopway.dev/origin"]).toBe(
    '{"kind":"Ingress","namespace":"default","name":"shop","pointer":"/spec/rules/0/host"}',
  );
});

test("hosts come from rules, tls and the hostname annotation in both its spellings", () => {
  const annotations = {
    "external-dns.kubernetes.io/hostname": "c.example.com, d.example.com",
    "external-dns.alpha.kubernetes.io/hostname": "e.example.com.",
  };
  const spec = { rules: [{ host: "A.example.com" }, {}], tls: [{ hosts: ["b.example.com", "a.example.com"] }] };
  const world = start(ingress("shop", [], { metadata: { name: "shop", namespace: "default", annotations }, spec }));
  const aliases = records(world).filter((record) => record.includes(" A "));
  expect(aliases).toEqual(["a", "b", "c", "d", "e"].map((label) => aliasOf(`${label}.example.com`)));
});

test("the hosted zone with the longest name takes the record, also when it comes later", () => {
  const world = start(ingress("shop", ["api.eu.example.com"]));
  expect(records(world)).toContain(aliasOf("api.eu.example.com"));
  world.create(hostedZone("eu.example.com"));
  world.settle();
  expect(records(world)).toEqual([
    registryOf("api.eu.example.com", "shop", "eu.example.com"),
    aliasOf("api.eu.example.com", "eu.example.com"),
  ]);
});

test("a zone's name is not a suffix of letters but of labels", () => {
  const world = start(ingress("shop", ["notexample.com"]));
  expect(records(world)).toEqual([]);
  expect(world.eventsAbout("Ingress")).toEqual([
    expect.stringMatching(/^WaitingForHostedZone: waiting for a hosted zone: none holds notexample\.com\./),
  ]);
});

test("a host that changes moves the record; a deleted Ingress takes it along", () => {
  const world = start(ingress("shop", ["old.example.com"]));
  const stored = world.get<Ingress>("Ingress", "shop", "default");
  if (stored === undefined) throw new Error("no Ingress");
  world.apply({ op: "update", object: { ...stored, spec: { rules: [{ host: "new.example.com" }] } } as Ingress });
  world.settle();
  expect(records(world)).toEqual([registryOf("new.example.com", "shop"), aliasOf("new.example.com")]);
  world.apply({ op: "delete", kind: "Ingress", namespace: "default", name: "shop" });
  world.settle();
  expect(records(world)).toEqual([]);
});

test("without a load balancer there is no record; a new load balancer moves it", () => {
  const world = start(ingress("shop", ["api.example.com"], { status: {} }));
  expect(records(world)).toEqual([]);
  for (const hostname of [target, "other-1234567890.us-east-1.elb.amazonaws.com"]) {
    const { metadata, ...stored } = world.get<Ingress>("Ingress", "shop", "default") ?? ingress("shop", []);
    const { resourceVersion: _resourceVersion, ...unversioned } = metadata;
    world.apply({
      op: "updateStatus",
      object: { ...stored, metadata: unversioned, status: { loadBalancer: { ingress: [{ hostname }] } } } as Ingress,
    });
    world.settle();
    expect(records(world)).toContain(`example.com: api.example.com. A → alias ${hostname}`);
  }
});

const inTheWay: [name: string, record: RecordSet, blocking: string][] = [
  ["an A record", recordSet("api.example.com.", "A", "192.0.2.1"), "api.example.com. A"],
  ["a CNAME record", recordSet("api.example.com.", "CNAME", "www.example.com."), "api.example.com. CNAME"],
  [
    "another owner's registry record",
    recordSet("a-api.example.com.", "TXT", '"heritage=external-dns,external-dns/owner=them"'),
    "a-api.example.com. TXT",
  ],
  ["a TXT record that is no registry record", recordSet("a-api.example.com.", "TXT", '"hello"'), "a-api.example.com. TXT"],
];

test.each(inTheWay)("%s that ExternalDNS does not own stays, and an Event says so; gone, it makes room", (_name, record, blocking) => {
  const world = start(record, ingress("shop", ["api.example.com"]));
  expect(world.list<RecordSet>("RecordSet").map(({ spec }) => spec)).toEqual([record.spec]);
  expect(world.eventsAbout("Ingress")).toEqual([
    `RecordNotOwned: record ${blocking} in hosted zone example.com. is not ExternalDNS's own (no TXT record says so) and stays as it is; api.example.com. does not point to ${target}`,
  ]);
  world.apply({ op: "delete", kind: "RecordSet", namespace: "kube-system", name: record.metadata.name });
  world.settle();
  expect(records(world)).toContain(aliasOf("api.example.com"));
});

test("a record of a zone file wins over the Ingress", () => {
  const text = "@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.2\napi A 192.0.2.1\n";
  const { zone } = parseZone(`$ORIGIN example.com.\n$TTL 60\n${text}`, "example.com.zone");
  const world = createWorld([externalDnsController]);
  world.create(...buildZoneObjects(zone), ingress("shop", ["api.example.com", "shop.example.com"]));
  world.settle();
  expect(records(world)).toContain("example.com: api.example.com. A → 192.0.2.1");
  expect(records(world)).toContain(aliasOf("shop.example.com"));
  expect(world.eventsAbout("Ingress")).toEqual([
    expect.stringContaining("RecordNotOwned: record api.example.com. A in hosted zone example.com."),
  ]);
});

test("a TXT record of another type at the name is not in the way", () => {
  const world = start(recordSet("api.example.com.", "TXT", '"v=spf1 -all"'), ingress("shop", ["api.example.com"]));
  expect(records(world)).toContain(aliasOf("api.example.com"));
});

test("two Ingresses with one host: who has the record keeps it, and the other gets it when the first goes", () => {
  const world = start(ingress("first", ["api.example.com"]));
  const other = "a-0000000000.us-east-1.elb.amazonaws.com";
  world.create(ingress("second", ["api.example.com"], { status: { loadBalancer: { ingress: [{ hostname: other }] } } }));
  world.settle();
  expect(records(world)).toEqual([registryOf("api.example.com", "first"), aliasOf("api.example.com")]);
  world.apply({ op: "delete", kind: "Ingress", namespace: "default", name: "first" });
  world.settle();
  expect(records(world)).toEqual([registryOf("api.example.com", "second"), `example.com: api.example.com. A → alias ${other}`]);
});

test("a deleted record comes back", () => {
  const world = start(ingress("shop", ["api.example.com"]));
  for (const name of ["api.example.com-a", "a-api.example.com-txt"]) {
    world.apply({ op: "delete", kind: "RecordSet", namespace: "kube-system", name });
  }
  world.settle();
  expect(records(world)).toEqual([registryOf("api.example.com", "shop"), aliasOf("api.example.com")]);
});

test("a wildcard host, and an Ingress that another DNS controller has", () => {
  const annotations = { "external-dns.kubernetes.io/controller": "mine" };
  const world = start(
    ingress("wild", ["*.example.com"]),
    ingress("theirs", ["b.example.com"], { metadata: { name: "theirs", namespace: "default", annotations } }),
  );
  expect(records(world).sort()).toEqual([aliasOf("*.example.com"), registryOf("*.example.com", "wild")].sort());
});

test("a host with a label over 63 octets is dropped", () => {
  expect(records(start(ingress("shop", [`${"x".repeat(64)}.example.com`])))).toEqual([]);
});

describe("a Service of type LoadBalancer", () => {
  const hostname = "k8s-default-game-0123456789.elb.us-east-1.amazonaws.com";
  const annotations = { "external-dns.alpha.kubernetes.io/hostname": "game.example.com" };
  const service = (spec: Partial<Service["spec"]> = {}, name = "game"): Service => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default", annotations },
    spec: { type: "LoadBalancer", ports: [{ port: 443 }], ...spec },
    status: { loadBalancer: { ingress: [{ hostname }] } },
  });
  const ofGame = [
    `example.com: a-game.example.com. TXT → "heritage=external-dns,external-dns/owner=default,external-dns/resource=service/default/game"`,
    `example.com: game.example.com. A → alias ${hostname}`,
  ];

  test("gets the name of its hostname annotation, with the hosted zone of network load balancers", () => {
    const world = start(service());
    expect(records(world)).toEqual(ofGame);
    const alias = world.list<RecordSet>("RecordSet").find(({ spec }) => spec.recordType === "A");
    expect(alias?.spec.aliasTarget?.hostedZoneID).toBe("Z26RNL4JYFTOTI");
    expect(alias?.metadata.annotations?.["loopway.dev/origin"]).toBe(
      '{"kind":"Service","namespace":"default","name":"game","pointer":"/metadata/annotations/external-dns.alpha.kubernetes.io~1hostname"}',
    );
    world.apply({ op: "delete", kind: "Service", namespace: "default", name: "game" });
    world.settle();
    expect(records(world)).toEqual([]);
  });

  test("waits for a hosted zone, with an Event of its own", () => {
    const world = createWorld([externalDnsController]);
    world.create(service());
    world.settle();
    expect(world.eventsAbout("Service")).toEqual([expect.stringMatching(/^WaitingForHostedZone: .* none holds game\.example\.com\./)]);
    world.create(hostedZone("example.com"));
    world.settle();
    expect(records(world)).toEqual(ofGame);
  });

  test.each([
    ["another type", { type: "ClusterIP" }],
    ["external IPs, which go before it", { externalIPs: ["192.0.2.1"] }],
  ])("%s: nothing", (_what, spec) => {
    expect(records(start(service(spec as Partial<Service["spec"]>)))).toEqual([]);
  });

  test("and an Ingress of the same host: who has the record keeps it", () => {
    const world = start(service());
    world.create(ingress("shop", ["game.example.com"]));
    world.settle();
    expect(records(world)).toEqual(ofGame);
  });
});
