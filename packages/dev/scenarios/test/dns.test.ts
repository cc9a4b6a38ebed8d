import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { eventually, findClient, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpointsOf, startWorld, type World, type WorldOptions } from "../src/index.ts";

const run = promisify(execFile);

/** [name, type, answers in dig's +short form, in any order] */
const records: ReadonlyArray<[string, string, string[]]> = [
  ["example.com", "SOA", ["ns1.example.com. hostmaster.example.com. 2026112101 7200 900 1209600 300"]],
  ["example.com", "NS", ["ns1.example.com.", "ns2.example.com."]],
  ["example.com", "MX", ["10 mail.example.com.", "20 mail.backup.example.net."]],
  ["example.com", "TXT", ['"v=spf1 mx -all"', '"a note with \\"quotes\\"; no comment"']],
  ["example.com", "CAA", ['0 issue "ca.example.net; account=230123"']],
  ["ns1.example.com", "A", ["192.0.2.53"]],
  ["ns2.example.com", "A", ["198.51.100.53"]],
  ["ns2.example.com", "AAAA", ["2001:db8::53"]],
  ["mail.example.com", "A", ["192.0.2.25"]],
  ["www.example.com", "A", ["203.0.113.10", "203.0.113.11", "203.0.113.12"]],
  ["WWW.Example.COM", "AAAA", ["2001:db8::10"]],
  ["shop.example.com", "A", ["www.example.com.", "203.0.113.10", "203.0.113.11", "203.0.113.12"]],
  ["docs.example.com", "CNAME", ["pages.example.net."]],
  ["_sip._tcp.example.com", "SRV", ["10 60 5060 sip1.example.com.", "20 0 5060 sip2.example.com."]],
  ["sip1.example.com", "A", ["192.0.2.61"]],
  ["sip2.example.com", "A", ["192.0.2.62"]],
  ["key._domainkey.example.com", "TXT", ['"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB" "iQKBgQC7Zb5r3Xt8zQ"']],
  ["anything.dev.example.com", "A", ["192.0.2.80"]],
  ["a.b.dev.example.com", "TXT", ['"any name of a developer"']],
  ["login.dev.example.com", "A", ["192.0.2.81"]],
  ["host.rack.dev.example.com", "A", ["192.0.2.82"]],
  ["flashapp.com", "A", ["192.0.2.110"]],
  ["www.flashapp.com", "A", ["flashapp.com.", "192.0.2.110"]],
  ["flashapp.com", "MX", ["10 mail.flashapp.com."]],
];

/** [name, type, rcode, owner of the SOA in the authority section] */
const absences: ReadonlyArray<[string, string, string, string]> = [
  ["nope.example.com", "A", "NXDOMAIN", "example.com."],
  ["www.example.com", "MX", "NOERROR", "example.com."],
  ["rack.dev.example.com", "A", "NOERROR", "example.com."],
  ["other.rack.dev.example.com", "A", "NXDOMAIN", "example.com."],
  ["nope.flashapp.com", "AAAA", "NXDOMAIN", "flashapp.com."],
];

const worlds: readonly WorldOptions[] = [
  { kind: "identity", engine: "own" },
  { kind: "unprivileged", engine: "own" },
  { kind: "mapped", engine: "own" },
  { kind: "identity", engine: "reference" },
];

describe.skipIf(missing("dig")).each(worlds)("dig, $kind, $engine", (options) => {
  let world: World;
  let server: string[];
  beforeAll(async () => {
    world = await startWorld(options);
    const { dns } = await endpointsOf(world);
    const [address = "", port = ""] = dns.split(":");
    server = [`@${address}`, "-p", port];
  });
  afterAll(() => world?.stop());

  const dig = async (...args: string[]) => (await run(findClient("dig") ?? "", [...server, "+tries=1", "+time=3", ...args])).stdout;

  describe.each(["+notcp", "+tcp"])("%s", (transport) => {
    test.each(records)("%s %s", async (name, type, answers) => {
      const lines = (await dig(transport, "+short", name, type)).trim().split("\n");
      expect(lines.sort()).toEqual([...answers].sort());
    });

    test.each(absences)("%s %s is %s with the SOA of %s", async (name, type, rcode, owner) => {
      const output = await dig(transport, name, type);
      expect(output).toMatch(new RegExp(`status: ${rcode}`));
      expect(output).toMatch(/ANSWER: 0, AUTHORITY: 1/);
      expect(output).toMatch(new RegExp(`^${owner.replaceAll(".", "\\.")}\\s+300\\s+IN\\s+SOA`, "m"));
    });

    test("the name of an Ingress is the load balancer's three addresses, with ELB's TTL of 60 s", async () => {
      await eventually(async () => {
        const output = await dig(transport, "api.example.com", "A");
        const answers = output.match(/^api\.example\.com\.\s+60\s+IN\s+A\s+127\.\d+\.0\.\d+$/gm);
        expect(answers?.length).toBe(3);
      });
    });
  });

  test("a name of nobody's is refused, and so is a part that others serve referred to them", async () => {
    expect(await dig("www.example.org", "A")).toMatch(/status: REFUSED/);
    expect(await dig("shop.partner.example.com", "A")).toMatch(
      /status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 2[\s\S]*partner\.example\.com\.\s+3600\s+IN\s+NS\s+ns1\.partner\.example\.com\./,
    );
  });
});
