import { parseGlob } from "@loopway/routing";
import { describe, expect, test } from "vitest";
import { findSourceAtoms } from "../../src/diff/source-atoms.ts";
import { findTextAtoms } from "../../src/diff/text-atoms.ts";
import { headerDomain, hostDomain, pathDomain, type TextDomain } from "../../src/diff/text-domain.ts";

/** Patterns that cover each atom, and the text that stands for it. */
function atomsOf(patterns: readonly string[], domain: TextDomain): Record<string, string> {
  const atoms = findTextAtoms(
    patterns.map((pattern) => parseGlob(pattern)),
    { domain, maxSteps: 1_000_000 },
  );
  return Object.fromEntries((atoms ?? []).map(({ accepted, text }) => [accepted.map((at) => patterns[at]).join(" "), text]));
}

describe("texts that meet the same patterns are one atom", () => {
  test("with a shortest text for each", () => {
    expect(atomsOf(["/a", "/a/*"], pathDomain)).toEqual({ "": "/", "/a": "/a", "/a/*": "/a/" });
    expect(atomsOf(["/a*", "*b"], pathDomain)).toEqual({ "": "/", "/a*": "/a", "*b": "/b", "/a* *b": "/ab" });
    expect(atomsOf(["?.test", "*.test"], hostDomain)).toEqual({ "": "x", "?.test *.test": "x.test", "*.test": ".test" });
  });

  test("of what a request can have, and nothing else", () => {
    expect(atomsOf(["a", "A"], hostDomain)).toEqual({ "": "x", a: "a" });
    expect(atomsOf(["/a?b", "a"], pathDomain)).toEqual({ "": "/", "/a?b": "/axb" });
    expect(atomsOf(["a ", " a", "a b"], headerDomain)).toEqual({ "": "x", "a b": "a b" });
  });

  test("only those that a wanted pattern can still cover, where this is asked for", () => {
    const patterns = ["/a/*", "/b/*", "/*"].map((pattern) => parseGlob(pattern));
    const atoms = findTextAtoms(patterns, { domain: pathDomain, wanted: new Set([0]), maxSteps: 1000 });
    expect(atoms?.map(({ accepted }) => accepted)).toEqual([[2], [0, 2]]);
  });

  test("and none where the search would take too long", () => {
    const patterns = Array.from({ length: 16 }, (_, at) => parseGlob(`*${at}x*`));
    expect(findTextAtoms(patterns, { domain: pathDomain, maxSteps: 10_000 })).toBeUndefined();
  });
});

test("addresses in the same blocks are one atom, IPv4 and IPv6 apart", () => {
  const blocks = ["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "2001:db8::/32", "::/0", "no block"];
  expect(
    Object.fromEntries(findSourceAtoms(blocks).map(({ accepted, address }) => [accepted.map((at) => blocks[at]).join(" "), address])),
  ).toEqual({
    "0.0.0.0/0": "0.0.0.1",
    "10.0.0.0/8 0.0.0.0/0": "10.0.0.1",
    "10.0.0.0/8 10.1.0.0/16 0.0.0.0/0": "10.1.0.1",
    "::/0": "::1",
    "2001:db8::/32 ::/0": "2001:db8::1",
  });
});
