import { addressPlan, type Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { formatResolvConf, nodeDnsOf, type ResolvConf, resolvConfOf } from "../src/resolv-conf.ts";

const node: ResolvConf = { nameservers: ["127.13.0.1"], searches: ["ec2.internal"], options: ["timeout:2"] };
const resolvConf = (spec: Partial<Pod["spec"]>, own = node) =>
  formatResolvConf(
    resolvConfOf(
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" }, spec: { containers: [], ...spec } },
      { clusterDns: "127.11.0.10", node: own },
    ),
  )
    .trim()
    .split("\n");

const ofCluster = [
  "search shop.svc.cluster.local svc.cluster.local cluster.local ec2.internal",
  "nameserver 127.11.0.10",
  "options ndots:5",
];
const ofNode = ["search ec2.internal", "nameserver 127.13.0.1", "options timeout:2"];
const own = { nameservers: ["1.2.3.4"], searches: ["my.dns"], options: [{ name: "ndots", value: "2" }, { name: "edns0" }] };

test.each<[string, Partial<Pod["spec"]>, string[]]>([
  ["by default", {}, ofCluster],
  ["ClusterFirst", { dnsPolicy: "ClusterFirst" }, ofCluster],
  ["ClusterFirst on the node's network: the node's", { dnsPolicy: "ClusterFirst", hostNetwork: true }, ofNode],
  ["ClusterFirstWithHostNet", { dnsPolicy: "ClusterFirstWithHostNet", hostNetwork: true }, ofCluster],
  ["Default is the node's", { dnsPolicy: "Default" }, ofNode],
  ["None: its own alone", { dnsPolicy: "None", dnsConfig: own }, ["search my.dns", "nameserver 1.2.3.4", "options ndots:2 edns0"]],
  ["None with a name server alone", { dnsPolicy: "None", dnsConfig: { nameservers: ["1.2.3.4"] } }, ["nameserver 1.2.3.4"]],
  [
    "dnsConfig comes behind, its options before",
    { dnsConfig: own },
    [
      "search shop.svc.cluster.local svc.cluster.local cluster.local ec2.internal my.dns",
      "nameserver 127.11.0.10",
      "nameserver 1.2.3.4",
      "options ndots:2 edns0",
    ],
  ],
  [
    "what is there twice stands once",
    {
      dnsPolicy: "Default",
      dnsConfig: { nameservers: ["127.13.0.1"], searches: ["ec2.internal"], options: [{ name: "timeout", value: "2" }] },
    },
    ofNode,
  ],
  [
    "three name servers",
    { dnsConfig: { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3"] } },
    [ofCluster[0] ?? "", "nameserver 127.11.0.10", "nameserver 1.1.1.1", "nameserver 2.2.2.2", "options ndots:5"],
  ],
])("%s", (_what, spec, expected) => {
  expect(resolvConf(spec)).toEqual(expected);
});

test.each<[string, string[], number, string | undefined]>([
  ["32 search domains", Array.from({ length: 40 }, (_, index) => `d${index}`), 32, "d31"],
  ["2,048 characters", Array.from({ length: 20 }, (_, index) => `${"x".repeat(200)}${index % 10}`), 10, `${"x".repeat(200)}9`],
  ["none of more than 253", ["x".repeat(254), "short"], 1, "short"],
])("at most %s", (_what, searches, count, last) => {
  const [line = ""] = resolvConf({ dnsPolicy: "None", dnsConfig: { nameservers: ["1.2.3.4"], searches } });
  const kept = line.split(" ").slice(1);
  expect([kept.length, kept.at(-1)]).toEqual([count, last]);
});

test("a node asks the VPC's resolver", () => {
  expect(resolvConf({ dnsPolicy: "Default" }, nodeDnsOf(addressPlan(0)).node)).toEqual(["nameserver 127.13.0.1"]);
});
