import { decodeResponse } from "@loopway/dns";
import type { RecordSet } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { askUdp, exchangeUdp, frame, openTcp, query } from "./clients.ts";
import { startRoute53 } from "./start.ts";
import { apiAlias, fixtureObjects, loadBalancer } from "./zones.ts";

const zones = [...fixtureObjects("example.com"), ...fixtureObjects("flashapp.com")];

test("an alias to a load balancer is answered with its addresses, over UDP and TCP", async () => {
  const { server } = await startRoute53([...zones, loadBalancer, apiAlias]);
  const addresses = ["127.12.0.1", "127.12.0.2", "127.12.0.3"];
  const overUdp = await askUdp(server, "api.example.com");
  expect(overUdp?.answers.map(({ data }) => data).sort()).toEqual(addresses);
  expect(overUdp?.answers.map(({ ttl }) => ttl)).toEqual([60, 60, 60]);
  const tcp = await openTcp(server);
  tcp.send(frame(query(9, "api.example.com")));
  await eventually(() => expect(tcp.messages).toHaveLength(1));
  const overTcp = decodeResponse(tcp.messages[0] ?? new Uint8Array(0));
  expect(overTcp?.answers.map(({ data }) => data).sort()).toEqual(addresses);
  tcp.end();
});

test("objects that come, change and go are answered at once", async () => {
  const { hop, server } = await startRoute53([]);
  expect((await askUdp(server, "api.example.com"))?.rcode).toBe("REFUSED");
  hop.apply(...zones);
  expect((await askUdp(server, "api.example.com"))?.rcode).toBe("NXDOMAIN");
  hop.apply(apiAlias);
  expect(await askUdp(server, "api.example.com")).toMatchObject({ rcode: "NOERROR", answers: [] });
  hop.apply(loadBalancer);
  expect((await askUdp(server, "api.example.com"))?.answers).toHaveLength(3);
  hop.remove(apiAlias);
  expect((await askUdp(server, "api.example.com"))?.rcode).toBe("NXDOMAIN");
});

test("every answer leaves a span with both ends, the query's id and the decision", async () => {
  const { hop, server } = await startRoute53([...zones, apiAlias, loadBalancer]);
  await exchangeUdp(server, query(4711, "API.example.com"));
  await exchangeUdp(server, query(1, "nope.example.com", "MX"));
  await exchangeUdp(server, query(2, "api.example.com").subarray(0, 20));
  const local = `${server.address}:${server.port}`;
  expect(hop.spans[0]).toEqual({
    hop: "route53",
    name: "route53",
    downstream: { protocol: "udp", local, remote: expect.stringMatching(/^127\.\d+\.\d+\.\d+:\d+$/), ordinal: 4711 },
    upstreams: [],
    startUs: expect.any(Number),
    endUs: expect.any(Number),
    decisions: [
      {
        kind: "record",
        name: "api.example.com.",
        recordType: "A",
        hostedZone: "example.com.",
        record: "api.example.com-a",
        ttl: 60,
        answers: ["127.12.0.1", "127.12.0.2", "127.12.0.3"],
        rcode: "NOERROR",
      },
    ],
    outcome: { kind: "answered", code: "NOERROR" },
    bytesIn: 44,
    bytesOut: 92,
    summary: "A API.example.com",
  });
  expect(hop.spans.slice(1).map(({ summary, outcome, decisions }) => ({ summary, outcome, decided: decisions.length }))).toEqual([
    { summary: "MX nope.example.com", outcome: { kind: "answered", code: "NXDOMAIN" }, decided: 1 },
    { summary: undefined, outcome: { kind: "answered", code: "FORMERR" }, decided: 0 },
  ]);
});

test("a bad record set says so in its status, and no longer when it is mended", async () => {
  const bad: RecordSet = { ...apiAlias, spec: { ...apiAlias.spec, aliasTarget: { dnsName: "a..b" } } };
  const { hop, server } = await startRoute53([...zones, bad]);
  expect((await askUdp(server, "www.example.com"))?.answers).toHaveLength(3);
  const condition = {
    type: "ACK.Terminal",
    status: "True",
    reason: "E_INVALID",
    message: '/spec/aliasTarget/dnsName: "a..b" has an empty label',
  };
  expect(hop.patches).toEqual([{ object: bad, status: { conditions: [{ ...condition, lastTransitionTime: expect.any(String) }] } }]);

  const told = { ...bad, status: { conditions: [{ ...condition, status: "True" as const }] } };
  hop.apply(told);
  expect(hop.patches).toHaveLength(1);
  const mended = { ...told, spec: apiAlias.spec };
  hop.apply(mended);
  expect(hop.patches.slice(1)).toEqual([{ object: mended, status: { conditions: null } }]);
});

test("draining closes both sockets and what is connected", async () => {
  const { hop, server } = await startRoute53(zones);
  const tcp = await openTcp(server);
  tcp.send(frame(query(1, "www.example.com")));
  await eventually(() => expect(tcp.messages).toHaveLength(1));
  await hop.drain();
  await eventually(() => expect(tcp.isClosed).toBe(true));
  await expect(openTcp(server)).rejects.toThrow("ECONNREFUSED");
});
