import type { EndpointSlice, Service } from "@loopway/model";
import { expect, test } from "vitest";
import { compileClusterZones } from "../src/cluster-zones.ts";
import { CLASS_IN } from "../src/message.ts";
import { resolveQuery } from "../src/resolve-query.ts";

const service = (name: string, spec: Service["spec"]): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop" },
  spec,
});

const slice = (
  name: string,
  endpoints: EndpointSlice["endpoints"],
  ports: EndpointSlice["ports"] = [],
  addressType: EndpointSlice["addressType"] = "IPv4",
): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
  addressType,
  endpoints,
  ports,
});

const READY = { ready: true };
const table = compileClusterZones({
  revision: 42,
  namespaces: ["shop", "quiet"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
  services: [
    service("web", {
      clusterIP: "127.11.0.5",
      ports: [
        { name: "http", port: 80 },
        { name: "dns", port: 53, protocol: "UDP" },
      ],
    }),
    service("plain", { clusterIP: "127.11.0.6", ports: [{ port: 80 }] }),
    service("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432 }] }),
    service("empty", { clusterIP: "None", ports: [{ port: 80 }] }),
    service("ext", { type: "ExternalName", externalName: "db.example.com" }),
    service("alias", { type: "ExternalName", externalName: "web.shop.svc.cluster.local" }),
    service("by-address", { type: "ExternalName", externalName: "10.1.2.3" }),
    service("six", { clusterIP: "None" }),
    service("waiting", { ports: [{ port: 80 }] }),
  ],
  slices: [
    slice("web", [
      { addresses: ["127.10.1.20"], conditions: READY },
      { addresses: ["127.10.1.23"], conditions: { ready: false } },
    ]),
    // A Service without a selector may lead to another's clusterIP.
    slice("plain", [{ addresses: ["127.11.0.5"] }]),
    slice(
      "db",
      [
        { addresses: ["127.10.1.21"], conditions: READY, hostname: "db-0" },
        { addresses: ["127.10.2.21"], conditions: READY },
        { addresses: ["127.10.3.21"], conditions: { ready: false } },
      ],
      [{ name: "sql", port: 15_432 }],
    ),
    slice(
      "six",
      [
        { addresses: ["fd00::10"], conditions: READY, hostname: "six-0" },
        { addresses: ["fd00::11"], conditions: READY },
      ],
      [{ port: 80 }],
      "IPv6",
    ),
    slice("empty", [{ addresses: ["127.10.1.22"], conditions: { ready: false } }]),
  ],
});

function ask(question: string): string {
  const [name = "", type = "A"] = question.split(" ");
  const { rcode, decision } = resolveQuery(table, { name, type, class: CLASS_IN }, 0);
  return [rcode, ...decision.answers].join(" ");
}

test.each([
  ["web.shop.svc.cluster.local.", "NOERROR 127.11.0.5"],
  ["WEB.Shop.svc.Cluster.local.", "NOERROR 127.11.0.5"],
  ["web.shop.svc.cluster.local. AAAA", "NOERROR"],
  ["_http._tcp.web.shop.svc.cluster.local. SRV", "NOERROR 0 100 80 web.shop.svc.cluster.local."],
  ["_dns._udp.web.shop.svc.cluster.local. SRV", "NOERROR 0 100 53 web.shop.svc.cluster.local."],
  ["_http._udp.web.shop.svc.cluster.local. SRV", "NXDOMAIN"],
  ["5.0.11.127.in-addr.arpa. PTR", "NOERROR web.shop.svc.cluster.local."],
  ["127-10-1-20.web.shop.svc.cluster.local.", "NOERROR 127.10.1.20"],
  ["127-10-1-23.web.shop.svc.cluster.local.", "NXDOMAIN"],
  ["20.1.10.127.in-addr.arpa. PTR", "NOERROR 127-10-1-20.web.shop.svc.cluster.local."],
  ["23.1.10.127.in-addr.arpa. PTR", "NXDOMAIN"],
  ["web.shop.svc.cluster.local. SRV", "NOERROR 0 50 80 web.shop.svc.cluster.local. 0 50 53 web.shop.svc.cluster.local."],
  ["plain.shop.svc.cluster.local. SRV", "NOERROR 0 100 80 plain.shop.svc.cluster.local."],
  ["db.shop.svc.cluster.local.", "NOERROR 127.10.1.21 127.10.2.21"],
  ["db-0.db.shop.svc.cluster.local.", "NOERROR 127.10.1.21"],
  ["127-10-2-21.db.shop.svc.cluster.local.", "NOERROR 127.10.2.21"],
  [
    "_sql._tcp.db.shop.svc.cluster.local. SRV",
    "NOERROR 0 50 15432 db-0.db.shop.svc.cluster.local. 0 50 15432 127-10-2-21.db.shop.svc.cluster.local.",
  ],
  ["21.1.10.127.in-addr.arpa. PTR", "NOERROR db-0.db.shop.svc.cluster.local."],
  ["six.shop.svc.cluster.local. AAAA", "NOERROR fd00::10 fd00::11"],
  ["six.shop.svc.cluster.local. A", "NOERROR"],
  ["six-0.six.shop.svc.cluster.local. AAAA", "NOERROR fd00::10"],
  ["fd00--11.six.shop.svc.cluster.local. AAAA", "NOERROR fd00::11"],
  ["0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa. PTR", "NOERROR six-0.six.shop.svc.cluster.local."],
  ["empty.shop.svc.cluster.local.", "NXDOMAIN"],
  ["ext.shop.svc.cluster.local.", "NOERROR db.example.com."],
  ["alias.shop.svc.cluster.local.", "NOERROR web.shop.svc.cluster.local. 127.11.0.5"],
  ["by-address.shop.svc.cluster.local.", "NXDOMAIN"],
  ["waiting.shop.svc.cluster.local.", "NXDOMAIN"],
  ["shop.svc.cluster.local.", "NOERROR"],
  ["quiet.svc.cluster.local.", "NOERROR"],
  ["nope.svc.cluster.local.", "NXDOMAIN"],
  ["nope.shop.svc.cluster.local.", "NXDOMAIN"],
  ["10-1-2-3.shop.pod.cluster.local.", "NOERROR 10.1.2.3"],
  ["10-1-2-3.Quiet.POD.cluster.local.", "NOERROR 10.1.2.3"],
  ["10-1-2-3.shop.pod.cluster.local. AAAA", "NOERROR"],
  ["10-1-2-3.nope.pod.cluster.local.", "NXDOMAIN"],
  ["10-1-2-256.shop.pod.cluster.local.", "NXDOMAIN"],
  ["10-1-2.shop.pod.cluster.local.", "NXDOMAIN"],
  ["web.shop.pod.cluster.local.", "NXDOMAIN"],
  ["a.10-1-2-3.shop.pod.cluster.local.", "NXDOMAIN"],
  ["fd00--1.shop.pod.cluster.local. AAAA", "NOERROR fd00::1"],
  ["shop.pod.cluster.local.", "NOERROR"],
  ["pod.cluster.local.", "NOERROR"],
  ["dns-version.cluster.local. TXT", 'NOERROR "1.1.0"'],
  ["cluster.local. SOA", "NOERROR ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 30"],
  ["example.com.", "REFUSED"],
])("%s is %s", (question, expected) => expect(ask(question)).toBe(expected));

test.each([
  ["a name", "nope.shop.svc.cluster.local.", "A"],
  ["the family of a Service", "web.shop.svc.cluster.local.", "AAAA"],
  ["the family of a pod", "10-1-2-3.shop.pod.cluster.local.", "AAAA"],
])("%s that is not there is told with the zone's SOA, for 30 seconds", (_what, name, type) => {
  const { authority } = resolveQuery(table, { name, type, class: CLASS_IN }, 0);
  expect(authority).toMatchObject([{ name: "cluster.local.", type: "SOA", ttl: 30 }]);
});
