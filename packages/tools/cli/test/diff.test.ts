import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const manifests = (backend: string) => `apiVersion: v1
kind: Service
metadata: { name: ${backend} }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  rules:
    - host: a.example.com
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: ${backend}, port: { number: 80 } } } }
`;

/** Files that live as long as the test. */
function folder({ onTestFinished }: TestContext): { old: string; young: string; dir: string } {
  const dir = mkdtempSync(join(tmpdir(), "loopway-diff-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const [old, young] = [join(dir, "old.yaml"), join(dir, "new.yaml")];
  writeFileSync(old, manifests("web"));
  writeFileSync(young, manifests("api"));
  return { old, young, dir };
}

function loopwayDiff(words: readonly string[], input = ""): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, "diff", ...words]);
    const said = { out: "", err: "" };
    child.stdout.on("data", (bytes) => (said.out += bytes));
    child.stderr.on("data", (bytes) => (said.err += bytes));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
    child.stdin.end(input);
  });
}

test.concurrent("no change is a proof, and ends with 0", async (context) => {
  const { old } = folder(context);
  const { code, out } = await loopwayDiff([old, "-"], manifests("web"));
  expect(out).toMatch(/^No request changes\. This is proven for every host/);
  expect(code).toBe(0);
});

test.concurrent("a change is shown with both answers, their lines and a curl, and ends with 1", async (context) => {
  const { old, young } = folder(context);
  const { code, out } = await loopwayDiff([old, young]);
  expect(out).toBe(`1 change from 1 cause: 1 listener compared, 1 rules before and 1 after.

Ingress default/web (${young}:18) changed: spec.rules[0].http.paths[0].backend.service.name
  moved to another backend  a.example.com  /*  [HTTP:80]
    before  default/web:80 (ip)  ← rule 1, ${old}:18
    after   default/api:80 (ip)  ← rule 1, ${young}:18
    curl -i http://a.example.com/x
`);
  expect(code).toBe(1);
});

test.concurrent("as JSON and as a comment for a pull request, with 0 where this is asked for", async (context) => {
  const { old, young } = folder(context);
  const [json, markdown] = await Promise.all([loopwayDiff(["--json", old, young]), loopwayDiff(["--markdown", "--exit-zero", old, young])]);
  expect(JSON.parse(json.out)).toMatchObject({ verdict: "changes", causes: [{ source: `${young}:18`, changes: [{ kind: "moved" }] }] });
  expect(markdown.out).toContain(
    "| moved to another backend (HTTP:80) | `a.example.com  /*` | `default/web:80 (ip)` | `default/api:80 (ip)` |",
  );
  expect([json.code, markdown.code]).toEqual([1, 0]);
});

test.concurrent("what cannot be read ends with 2", async (context) => {
  const { old, dir } = folder(context);
  const answers = await Promise.all([[old], [old, join(dir, "none.yaml")], ["-", "-"]].map((words) => loopwayDiff(words)));
  expect(answers.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(answers.map(({ err }) => err.split("\n")[0])).toEqual([
    "loopway: diff takes two sets of manifests: OLD and NEW [E_USAGE]",
    `loopway: cannot read ${join(dir, "none.yaml")}: no such file or folder [E_FILE]`,
    "loopway: standard input can be OLD or NEW, not both [E_USAGE]",
  ]);
});
