import { missing } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { dig } from "./clients.ts";
import { startRoute53 } from "./start.ts";
import { apiAlias, fixtureObjects, loadBalancer } from "./zones.ts";

const cases: [question: string, ...answers: string[]][] = [
  ["example.com SOA", "ns1.example.com. hostmaster.example.com. 2026112101 7200 900 1209600 300"],
  ["example.com NS", "ns1.example.com.", "ns2.example.com."],
  ["example.com MX", "10 mail.example.com.", "20 mail.backup.example.net."],
  ["example.com TXT", '"a note with \\"quotes\\"; no comment"', '"v=spf1 mx -all"'],
  ["example.com CAA", '0 issue "ca.example.net; account=230123"'],
  ["ns1.example.com A", "192.0.2.53"],
  ["ns2.example.com AAAA", "2001:db8::53"],
  ["www.example.com A", "203.0.113.10", "203.0.113.11", "203.0.113.12"],
  ["shop.example.com AAAA", "2001:db8::10", "www.example.com."],
  ["docs.example.com CNAME", "pages.example.net."],
  ["_sip._tcp.example.com SRV", "10 60 5060 sip1.example.com.", "20 0 5060 sip2.example.com."],
  ["key._domainkey.example.com TXT", '"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB" "iQKBgQC7Zb5r3Xt8zQ"'],
  ["any.name.dev.example.com A", "192.0.2.80"],
  ["login.dev.example.com A", "192.0.2.81"],
  ["host.rack.dev.example.com A", "192.0.2.82"],
  ["api.example.com A", "127.12.0.1", "127.12.0.2", "127.12.0.3"],
  ["www.flashapp.com A", "192.0.2.110", "flashapp.com."],
];

describe.skipIf(missing("dig"))("dig", () => {
  const start = async () => {
    const { server } = await startRoute53([...fixtureObjects("example.com"), ...fixtureObjects("flashapp.com"), loadBalancer, apiAlias]);
    return server;
  };

  describe.each(["+notcp", "+tcp"])("%s", (transport) => {
    test.each(cases)("%s", async (question, ...answers) => {
      const lines = (await dig(await start(), "+short", transport, ...question.split(" "))).trim().split("\n");
      expect(lines.sort()).toEqual(answers);
    });

    test.each([
      ["nope.example.com A", "NXDOMAIN"],
      ["a.rack.dev.example.com A", "NXDOMAIN"],
      ["rack.dev.example.com A", "NOERROR"],
      ["api.example.com AAAA", "NOERROR"],
    ])("%s: %s with the zone's SOA for 300 s", async (question, status) => {
      const output = await dig(await start(), transport, ...question.split(" "));
      expect(output).toContain(`status: ${status}`);
      expect(output).toMatch(/flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1/);
      expect(output).toMatch(/^example\.com\.\s+300\s+IN\s+SOA\s/m);
    });
  });

  test("a referral to the name servers of the delegated part", async () => {
    const output = await dig(await start(), "+norec", "www.partner.example.com", "A");
    expect(output).toMatch(/flags: qr; QUERY: 1, ANSWER: 0, AUTHORITY: 2, ADDITIONAL: 2/);
    expect(output).toMatch(/^ns1\.partner\.example\.com\.\s+3600\s+IN\s+A\s+192\.0\.2\.99$/m);
  });

  test("a name outside all zones is refused", async () => {
    expect(await dig(await start(), "www.example.net", "A")).toContain("status: REFUSED");
  });
});
