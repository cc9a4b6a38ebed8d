import type { InboundRule, Protocol, SecurityGroup } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { Firewall } from "../src/firewall.ts";

const group = (id: string, ...ingressRules: InboundRule[]): SecurityGroup => ({
  apiVersion: "ec2.services.k8s.aws/v1alpha1",
  kind: "SecurityGroup",
  metadata: { name: id, namespace: "kube-system" },
  spec: { name: id, description: "test", ingressRules },
});
const tcp = (port: number, ...cidrs: string[]): InboundRule => ({
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
  ipRanges: cidrs.map((cidrIP) => ({ cidrIP })),
});

const office = group("sg-office", tcp(80, "10.1.0.0/16", "192.0.2.7/32"), tcp(443, "0.0.0.0/0"));
const all = group("sg-all", { ipProtocol: "-1", ipRanges: [{ cidrIP: "10.9.0.0/16" }] });
const dns = group("sg-dns", { ipProtocol: "udp", fromPort: 50, toPort: 60, ipRanges: [{ cidrIP: "10.1.0.0/16" }] });
const icmp = group("sg-icmp", { ipProtocol: "icmp", fromPort: 3, toPort: 4, ipRanges: [{ cidrIP: "0.0.0.0/0" }] });
const listed = group("sg-list", { ...tcp(80), prefixListIDs: [{ prefixListID: "pl-1" }] });
const ipv6 = group("sg-six", { ipProtocol: "tcp", fromPort: 80, toPort: 80, ipv6Ranges: [{ cidrIPv6: "::/0" }] });

/** `told`: the rule, and of which group; "-" for a client that is not let in. */
const rows: [ids: string, groups: SecurityGroup[], flow: [Protocol, number, string], told: string][] = [
  ["", [office], ["tcp", 80, "10.2.0.1"], ""],
  ["sg-office", [office], ["tcp", 80, "10.1.2.3"], "tcp:80 from 10.1.0.0/16 of sg-office"],
  ["sg-office", [office], ["tcp", 80, "192.0.2.7"], "tcp:80 from 192.0.2.7/32 of sg-office"],
  ["sg-office", [office], ["tcp", 80, "192.0.2.8"], "-"],
  ["sg-office", [office], ["tcp", 443, "198.51.100.1"], "tcp:443 from 0.0.0.0/0 of sg-office"],
  ["sg-office", [office], ["udp", 80, "10.1.2.3"], "-"],
  ["sg-office", [office], ["tcp", 81, "10.1.2.3"], "-"],
  ["sg-office sg-all", [all, office], ["tcp", 81, "10.9.0.1"], "all from 10.9.0.0/16 of sg-all"],
  ["sg-dns", [dns], ["udp", 53, "10.1.2.3"], "udp:50-60 from 10.1.0.0/16 of sg-dns"],
  ["sg-dns", [dns], ["udp", 61, "10.1.2.3"], "-"],
  ["sg-icmp", [icmp], ["tcp", 3, "10.1.2.3"], "-"],
  ["sg-list", [listed], ["tcp", 80, "10.1.2.3"], "tcp:80 from pl-1 of sg-list"],
  ["sg-six", [ipv6], ["tcp", 80, "10.1.2.3"], "-"],
  ["sg-empty", [group("sg-empty")], ["tcp", 80, "10.1.2.3"], "-"],
  ["sg-other", [office], ["tcp", 80, "10.2.0.1"], "everybody (its rules are not known) of sg-other"],
  ["sg-other sg-office", [office], ["tcp", 80, "10.2.0.1"], "-"],
];

describe.each(rows)("groups %j", (ids, groups, [protocol, port, client], told) => {
  test(`${protocol}:${port} from ${client}: ${told === "" ? "there is no firewall" : told}`, () => {
    const firewall = new Firewall(ids === "" ? [] : ids.split(" "), groups);
    const { isAdmitted, decision } = firewall.admit(protocol, port, client);
    expect(isAdmitted).toBe(told !== "-");
    expect(decision === undefined ? "" : decision.rule === undefined ? "-" : `${decision.rule} of ${decision.securityGroups}`).toBe(told);
  });
});
