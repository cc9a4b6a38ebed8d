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

const slice = (name: string, endpoints: EndpointSlice["endpoints"], ports: EndpointSlice["ports"] = []): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
  addressType: "IPv4",
  endpoints,
  ports,
});

const READY = { ready: true };
const table = compileClusterZones({
  revision: 42,
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
    service("waiting", { ports: [{ port: 80 }] }),
  ],
  slices: [
    slice("web", [{ addresses: ["127.10.1.20"], conditions: READY }]),
    slice(
      "db",
      [
        { addresses: ["127.10.1.21"], conditions: READY, hostname: "db-0" },
        { addresses: ["127.10.2.21"], conditions: READY },
        { addresses: ["127.10.3.21"], conditions: { ready: false } },
      ],
      [{ name: "sql", port: 15_432 }],
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
  ["127-10-1-20.web.shop.svc.cluster.local.", "NXDOMAIN"],
  ["plain.shop.svc.cluster.local. SRV", "NOERROR"],
  ["db.shop.svc.cluster.local.", "NOERROR 127.10.1.21 127.10.2.21"],
  ["db-0.db.shop.svc.cluster.local.", "NOERROR 127.10.1.21"],
  ["127-10-2-21.db.shop.svc.cluster.local.", "NOERROR 127.10.2.21"],
  [
    "_sql._tcp.db.shop.svc.cluster.local. SRV",
    "NOERROR 0 50 15432 db-0.db.shop.svc.cluster.local. 0 50 15432 127-10-2-21.db.shop.svc.cluster.local.",
  ],
  ["21.1.10.127.in-addr.arpa. PTR", "NOERROR db-0.db.shop.svc.cluster.local."],
  ["empty.shop.svc.cluster.local.", "NXDOMAIN"],
  ["ext.shop.svc.cluster.local.", "NOERROR db.example.com."],
  ["alias.shop.svc.cluster.local.", "NOERROR web.shop.svc.cluster.local. 127.11.0.5"],
  ["waiting.shop.svc.cluster.local.", "NXDOMAIN"],
  ["shop.svc.cluster.local.", "NOERROR"],
  ["nope.shop.svc.cluster.local.", "NXDOMAIN"],
  ["dns-version.cluster.local. TXT", 'NOERROR "1.1.0"'],
  ["cluster.local. SOA", "NOERROR ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 30"],
  ["example.com.", "REFUSED"],
])("%s is %s", (question, expected) => expect(ask(question)).toBe(expected));

test("what is not there is told with the zone's SOA, for 30 seconds", () => {
  const { authority } = resolveQuery(table, { name: "nope.shop.svc.cluster.local.", type: "A", class: CLASS_IN }, 0);
  expect(authority).toMatchObject([{ name: "cluster.local.", type: "SOA", ttl: 30 }]);
});
