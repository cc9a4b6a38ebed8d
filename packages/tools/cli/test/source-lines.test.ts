import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lineOfPointer } from "../src/source-lines.ts";

const text = `kind: A
---
kind: Ingress
spec:
  rules:
    - host: a
      http:
        paths:
          - path: /one
          - path: /two
metadata:
  annotations:
    alb.ingress.kubernetes.io/scheme: internal
`;

test.each([
  ["/spec/rules/0/http/paths/1", 10],
  ["/spec/rules/0/host", 6],
  ["/metadata/annotations/alb.ingress.kubernetes.io~1scheme", 13],
  ["/spec", 4],
  ["/spec/rules/7", undefined],
])("%s stands at line %s", (pointer, line) => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-lines-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "a.yaml");
  writeFileSync(file, text);
  expect(lineOfPointer(`${file}:3`, pointer)).toBe(line === undefined ? undefined : `${file}:${line}`);
});

test("a file that is gone has no lines", () => {
  expect(lineOfPointer("/no/such.yaml:1", "/spec")).toBeUndefined();
});
