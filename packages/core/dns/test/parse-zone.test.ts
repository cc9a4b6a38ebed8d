import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatData } from "../src/format-data.ts";
import { parseZone } from "../src/parse-zone.ts";

const head = "@ 900 IN SOA ns1 hostmaster 1 7200 900 1209600 300\n@ 900 IN NS ns1\n";

/** Records behind the head, each as "name ttl type data"; problems as "severity line: message". */
function read(text: string, path = "/zones/example.com.zone") {
  const { zone, problems } = parseZone(text, path);
  return {
    records: zone.records.map(({ name, ttl, type, data }) => `${name} ${ttl} ${type} ${formatData(type, data)}`),
    problems: problems.map(({ severity, source, message }) => `${severity} ${source?.replace(/.*:/, "")}: ${message}`),
  };
}

describe("master files are read as RFC 1035 §5 says", () => {
  const cases: [name: string, text: string, ...expected: string[]][] = [
    ["TTL before class", "www 60 IN A 192.0.2.1", "www.example.com. 60 A 192.0.2.1"],
    ["class before TTL", "www IN 60 A 192.0.2.1", "www.example.com. 60 A 192.0.2.1"],
    ["neither: the TTL of the record before", "www A 192.0.2.1", "www.example.com. 900 A 192.0.2.1"],
    ["small letters", "www in a 192.0.2.1", "www.example.com. 900 A 192.0.2.1"],
    ["$TTL, in BIND's units", "$TTL 1h30m\nwww A 192.0.2.1", "www.example.com. 5400 A 192.0.2.1"],
    [
      "$TTL counts, not the TTL stated before",
      "$TTL 60\na 30 A 192.0.2.1\nb A 192.0.2.2",
      "a.example.com. 30 A 192.0.2.1",
      "b.example.com. 60 A 192.0.2.2",
    ],
    [
      "a blank owner is the owner before",
      "www A 192.0.2.1\n    AAAA 2001:db8::1\n\tTXT x",
      "www.example.com. 900 A 192.0.2.1",
      "www.example.com. 900 AAAA 2001:db8::1",
      'www.example.com. 900 TXT "x"',
    ],
    ["an absolute owner", "www.example.com. A 192.0.2.1", "www.example.com. 900 A 192.0.2.1"],
    ["$ORIGIN, relative to the one before", "$ORIGIN eu\nwww CNAME @", "www.eu.example.com. 900 CNAME eu.example.com."],
    ["names in data are relative too", "@ MX 10 mail", "example.com. 900 MX 10 mail.example.com."],
    ["parentheses join lines", "www ( 60\n IN A ; comment\n\n 192.0.2.1 )", "www.example.com. 60 A 192.0.2.1"],
    ["parentheses without white space", "www A(192.0.2.1)", "www.example.com. 900 A 192.0.2.1"],
    ["quoted strings keep ; ( and blanks", 't TXT "a;b (c) \\"d\\"" e', 't.example.com. 900 TXT "a;b (c) \\"d\\"" "e"'],
    ["decimal escapes", 't TXT "\\065\\;\\092\\200"', 't.example.com. 900 TXT "A;\\\\\\200"'],
    ["UTF-8 in strings", 't TXT "é😀"', 't.example.com. 900 TXT "\\195\\169\\240\\159\\152\\128"'],
    ["an empty string", 't TXT ""', 't.example.com. 900 TXT ""'],
    ["a dot inside a label", "a\\.b A 192.0.2.1", "a\\.b.example.com. 900 A 192.0.2.1"],
    ["SRV with underscores", "_sip._tcp SRV 1 2 5060 sip", "_sip._tcp.example.com. 900 SRV 1 2 5060 sip.example.com."],
    ["CAA", '@ CAA 128 issue "ca.example.net; a=1"', 'example.com. 900 CAA 128 issue "ca.example.net; a=1"'],
    ["PTR", "4.3.2.1 PTR host", "4.3.2.1.example.com. 900 PTR host.example.com."],
    ["a wildcard", "*.dev A 192.0.2.1", "*.dev.example.com. 900 A 192.0.2.1"],
    ["the case of names is kept", "WWW CNAME Web", "WWW.example.com. 900 CNAME Web.example.com."],
    ["a record said twice counts once", "www A 192.0.2.1\nWWW A 192.0.2.1", "www.example.com. 900 A 192.0.2.1"],
    ["IPv6 in its shortest form", "www AAAA 2001:DB8:0:0:1:0:0:1", "www.example.com. 900 AAAA 2001:db8::1:0:0:1"],
    ["IPv6 with a dotted tail", "www AAAA ::ffff:192.0.2.1", "www.example.com. 900 AAAA ::ffff:c000:201"],
  ];
  test.each(cases)("%s", (_, text, ...expected) => {
    const { records, problems } = read(`${head}${text}\n`);
    expect(problems.filter((problem) => problem.startsWith("error"))).toEqual([]);
    expect(records.slice(2)).toEqual(expected);
  });

  test("a SOA over several lines, CR LF, tabs, a byte order mark and no end of line at the end", () => {
    const text = "\uFEFF$TTL 1d\r\n@\tIN\tSOA\tns1 host\\.master (\r\n\t1 ; serial\r\n\t2h 15m 2w 5m )\r\n\tNS\tns1";
    expect(read(text)).toEqual({
      records: [
        "example.com. 86400 SOA ns1.example.com. host\\.master.example.com. 1 7200 900 1209600 300",
        "example.com. 86400 NS ns1.example.com.",
      ],
      problems: [],
    });
  });

  test("without any TTL the SOA's MINIMUM counts", () => {
    const { records } = read("@ SOA ns1 h 1 2 3 4 77\n@ NS ns1\n");
    expect(records).toEqual(["example.com. 77 SOA ns1.example.com. h.example.com. 1 2 3 4 77", "example.com. 77 NS ns1.example.com."]);
  });
});

describe("what is wrong is said with its line, and the rest is read", () => {
  const cases: [text: string, ...expected: string[]][] = [
    ["www A 192.0.2.256", 'error 3: "192.0.2.256" is no IPv4 address'],
    ["www A 010.0.0.1", 'error 3: "010.0.0.1" is no IPv4 address'],
    ["www A", "error 3: a record of type A takes 1 values, and 0 were given"],
    ["www A 192.0.2.1 192.0.2.2", "error 3: a record of type A takes 1 values, and 2 were given"],
    ["www AAAA 1::2::3", 'error 3: "1::2::3" is no IPv6 address'],
    ["www MX 70000 mail", 'error 3: "70000" is no number from 0 to 65535'],
    ["www", "error 3: the record has no type"],
    ["www FOO bar", 'error 3: "FOO" is no record type'],
    ["www HINFO a b", "error 3: records of type HINFO are not served; these are: A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SPF, SRV, TXT"],
    ["www CH A 192.0.2.1", "error 3: class CH is not served, only IN"],
    ["www 1x A 192.0.2.1", 'error 3: "1x" is no time'],
    ["www 2147483648 A 192.0.2.1", "error 3: 2147483648 is no number of seconds from 0 to 2147483647"],
    ["a..b A 192.0.2.1", 'error 3: "a..b" has an empty label'],
    [`${"a".repeat(64)} A 192.0.2.1`, `error 3: "${"a".repeat(64)}" has a label of more than 63 octets`],
    ["bücher A 192.0.2.1", 'error 3: "bücher" is not ASCII; write internationalised names in their xn-- form'],
    ['t TXT "open\nwww A 192.0.2.1', "error 3: a quoted string does not end on its line"],
    ["www A ( 192.0.2.1\nb A 192.0.2.2", "error 3: this parenthesis is never closed"],
    ["www A 192.0.2.1 )", "error 3: a parenthesis is closed that was never opened"],
    ['t TXT "\\300"', 'error 3: "\\300" is no octet in decimal'],
    [`t TXT "${"x".repeat(256)}"`, "error 3: a string of 256 octets; 255 is the most, more need a second string"],
    ["$INCLUDE other.zone", "error 3: $INCLUDE is not supported; write the records out"],
    ["$ORGIN x.", "error 3: $ORGIN is no directive; there are $ORIGIN and $TTL"],
    ["www.example.net. A 192.0.2.1", "error 3: www.example.net. lies outside the zone example.com."],
    ["@ SOA ns2 h 1 2 3 4 5", "error 3: a second SOA record; a zone has exactly one"],
    ["www A 192.0.2.1\nwww CNAME web", "error 4: a CNAME must stand alone, and www.example.com. has other records"],
    ["@ CNAME web", "error 3: a CNAME is not permitted at the zone's apex"],
    ["www 60 A 192.0.2.1\nwww 70 A 192.0.2.2", "warning 4: TTL 70 differs from 60 of the set's first record, which counts"],
    ["www A 192.0.2.1\nwww A 192.0.2.1", "warning 4: the record is there already"],
    ["bad A x\nalso bad\nwww A 192.0.2.1", 'error 3: "x" is no IPv4 address', 'error 4: "BAD" is no record type'],
  ];
  test.each(cases)("%s", (text, ...expected) => {
    expect(read(`${head}${text}\n`).problems).toEqual(expected);
  });

  test.each([
    ["no SOA and no NS", "www 60 A 192.0.2.1\n", ["error 1: the zone has no SOA record"]],
    ["no NS at the apex", "@ 60 SOA ns1 h 1 2 3 4 5\n", ["error 1: the zone has no NS record for example.com. itself"]],
    [
      "a first record without an owner",
      "  60 A 192.0.2.1\n",
      ["error 1: the first record has no owner", "error 1: the zone has no SOA record"],
    ],
    ["nothing at all", "", ["error 1: the zone has no SOA record"]],
  ])("%s", (_, text, expected) => {
    expect(read(text).problems).toEqual(expected);
  });

  test("relative names need an origin when the file is called otherwise", () => {
    expect(read("@ 60 SOA ns1 h 1 2 3 4 5\nwww 60 A 192.0.2.1\n", "zone.txt").problems).toEqual([
      "error 1: @ stands for the origin, and no $ORIGIN was given",
      'error 2: "www" is relative, and no $ORIGIN was given',
      "error 1: the zone has no SOA record",
    ]);
  });

  test("a file that is no master file yields a hundred problems, not one per line", () => {
    const { problems } = parseZone("<html>\n".repeat(100_000), "page.zone");
    expect(problems.length).toBe(101);
  });

  test("files and zones have a limit", () => {
    expect(read(";".repeat(5 * 1024 * 1024)).problems).toEqual(["error 1: the file is longer than 4 MiB"]);
    const many = Array.from({ length: 10_001 }, (_, index) => `h${index} A 192.0.2.1`).join("\n");
    expect(read(head + many).problems).toEqual(["error 10001: more than 10000 records, Route 53's quota for one hosted zone"]);
  });
});

test("no text makes the reader throw", () => {
  const word = fc.constantFrom(
    "@",
    "www",
    "IN",
    "60",
    "A",
    "TXT",
    "SOA",
    "192.0.2.1",
    '"',
    "(",
    ")",
    ";",
    "\\",
    "\\03",
    "$TTL",
    "$ORIGIN",
    " ",
    "\t",
    "\n",
    "\r\n",
    ".",
    "é",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { maxLength: 60 }).map((words) => words.join(" ")),
        fc.string({ unit: "binary", maxLength: 200 }),
      ),
      (text) => {
        expect(parseZone(text, "x.zone").problems.length).toBeGreaterThan(0);
      },
    ),
    { seed: 53, numRuns: 2000 },
  );
});
