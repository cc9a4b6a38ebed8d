import type { Reply } from "@loopway/dns-client";
import type { FlowEnd } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { createResolver } from "../src/resolver.ts";
import { createSearchResolver } from "../src/search-resolver.ts";

const flow: FlowEnd = { protocol: "udp", local: "127.0.0.1:5", remote: "127.13.0.1:53", ordinal: 1 };
const record = (type: string, data: string, ttl: number) => ({ name: "api.example.com.", type, ttl, data });

/** A resolver whose questions are answered from a list, and a clock that the test moves. */
function scripted(...replies: (Reply["response"]["answers"] | string | undefined)[]) {
  const clock = { us: 0 };
  const asked: string[] = [];
  const resolver = createResolver({
    nowUs: () => clock.us,
    ask: async (name) => {
      asked.push(name);
      const answer = replies[asked.length - 1];
      if (answer === undefined) return undefined;
      const [rcode, answers] = typeof answer === "string" ? [answer, []] : ["NOERROR", answer];
      return { response: { id: 1, question: { name: `${name}.`, type: "A" }, rcode, truncated: false, answers }, flows: [flow] };
    },
  });
  return { resolver, clock, asked };
}

test("an answer is known for its shortest TTL, without the flow of the query that brought it", async () => {
  const { resolver, clock } = scripted([record("CNAME", "lb.", 30), record("A", "127.12.1.1", 60)]);
  const fresh = await resolver.ask("api", { own: false });
  expect(fresh).toEqual({
    addresses: ["127.12.1.1"],
    rcode: "NOERROR",
    decision: { kind: "record", name: "api", recordType: "A", ttl: 30, answers: ["127.12.1.1"], rcode: "NOERROR" },
    flows: [flow],
  });
  clock.us = 29_999_999;
  expect(resolver.known("api")).toEqual({ ...fresh, flows: [] });
  clock.us = 30_000_000;
  expect(resolver.known("api")).toBeUndefined();
});

test.each<[string, Parameters<typeof scripted>[0], string]>([
  ["a name that does not exist", "NXDOMAIN", "NXDOMAIN"],
  ["a name of another zone", "REFUSED", "REFUSED"],
  ["a name without A records", [record("CNAME", "lb.", 30)], "NODATA"],
  ["silence", undefined, "TIMEOUT"],
])("%s is not kept", async (_name, reply, rcode) => {
  const { resolver } = scripted(reply);
  expect(await resolver.ask("api", { own: false })).toMatchObject({ addresses: [], rcode });
  expect(resolver.known("api")).toBeUndefined();
});

test("a TTL of 0 is not kept", async () => {
  const { resolver } = scripted([record("A", "127.12.1.1", 0)]);
  await resolver.ask("api", { own: false });
  expect(resolver.known("api")).toBeUndefined();
});

test("requests at one time share a query, and only the one that caused it tells its flow", async () => {
  const { resolver, asked } = scripted([record("A", "127.12.1.1", 60)]);
  const answers = await Promise.all([1, 2, 3].map(() => resolver.ask("api", { own: false })));
  expect(asked).toEqual(["api"]);
  expect(answers.map(({ flows }) => flows)).toEqual([[flow], [], []]);
});

test("who wants a query of his own gets one, even while another is under way", async () => {
  const { resolver, asked } = scripted([record("A", "127.12.1.1", 60)], [record("A", "127.12.1.2", 60)]);
  const [shared, own] = await Promise.all([resolver.ask("api", { own: false }), resolver.ask("api", { own: true })]);
  expect([shared.addresses, own.addresses, own.flows]).toEqual([["127.12.1.1"], ["127.12.1.2"], [flow]]);
  expect(asked).toHaveLength(2);
});

test("what is forgotten is asked for again", async () => {
  const { resolver } = scripted([record("A", "127.12.1.1", 60)]);
  await resolver.ask("api", { own: false });
  resolver.forget("api");
  expect(resolver.known("api")).toBeUndefined();
});

describe("in a pod's place", () => {
  const conf = {
    nameservers: ["127.11.0.10"],
    searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"],
    options: ["ndots:5"],
  };
  const searching = (answers: Record<string, Reply["response"]["answers"] | undefined>) => {
    const asked: string[] = [];
    const ask = async (name: string): Promise<Reply | undefined> => {
      asked.push(name);
      if (!(name in answers))
        return { response: { id: 1, question: undefined, rcode: "NXDOMAIN", truncated: false, answers: [] }, flows: [flow] };
      const found = answers[name];
      return found && { response: { id: 1, question: undefined, rcode: "NOERROR", truncated: false, answers: found }, flows: [flow] };
    };
    return { resolver: createSearchResolver({ conf, ask }), asked };
  };

  test("the search list is gone through until a name has an address, and each time anew", async () => {
    const { resolver, asked } = searching({ "web.svc.cluster.local": [record("A", "127.11.0.7", 30)] });
    const found = await resolver.ask("web", { own: false });
    expect(found).toMatchObject({ addresses: ["127.11.0.7"], decision: { name: "web.svc.cluster.local", ttl: 30 } });
    expect(found.flows).toHaveLength(2);
    expect(resolver.known("web")).toBeUndefined();
    expect(asked).toEqual(["web.shop.svc.cluster.local", "web.svc.cluster.local"]);
  });

  test("a name without A records is passed over; what the last one said counts", async () => {
    const { resolver, asked } = searching({ "web.shop.svc.cluster.local": [] });
    expect(await resolver.ask("web", { own: false })).toMatchObject({ addresses: [], rcode: "NXDOMAIN", decision: { name: "web" } });
    expect(asked).toHaveLength(4);
  });

  test("silence ends it", async () => {
    const { resolver, asked } = searching({ "web.shop.svc.cluster.local": undefined });
    expect(await resolver.ask("web", { own: false })).toMatchObject({ addresses: [], rcode: "TIMEOUT" });
    expect(asked).toHaveLength(1);
  });
});
