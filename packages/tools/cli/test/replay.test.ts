import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, onTestFinished, test } from "vitest";
import { logFiles, readLines } from "../src/replay/read-logs.ts";

const workspace = fileURLToPath(new URL("../../../..", import.meta.url));
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const schema = JSON.parse(readFileSync(join(workspace, "packages/core/analysis/replay.schema.json"), "utf8")) as object;
const isPublished = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "loopway-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  await readLines(path, { onLine: (line) => lines.push(line), onRead: () => {} });
  return lines;
}

test.each([
  ["one\ntwo\n", ["one", "two"]],
  ["one\r\ntwo", ["one", "two"]],
  ["\n\none\n", ["", "", "one"]],
  ["", []],
  [`${"a".repeat(300_000)}\n${"b".repeat(300_000)}`, ["a".repeat(300_000), "b".repeat(300_000)]],
])("lines are the same in plain and packed files (%#)", async (text, lines) => {
  const folder = newFolder();
  writeFileSync(join(folder, "plain.log"), text);
  writeFileSync(join(folder, "packed.log.gz"), gzipSync(text));
  expect(await linesOf(join(folder, "plain.log"))).toEqual(lines);
  expect(await linesOf(join(folder, "packed.log.gz"))).toEqual(lines);
});

test("a folder is read in order of name, with what is below it, logs only", () => {
  const folder = newFolder();
  mkdirSync(join(folder, "2026", "11"), { recursive: true });
  for (const name of ["b.log", "2026/11/a.log.gz", "notes.txt"]) writeFileSync(join(folder, name), "");
  expect(logFiles(folder)).toEqual([join(folder, "2026/11/a.log.gz"), join(folder, "b.log")]);
});

test("what cannot be read is a failure with its path", async () => {
  const folder = newFolder();
  expect(() => logFiles(folder)).toThrow("no .log or .gz file in this folder");
  expect(() => logFiles(join(folder, "none"))).toThrow("no such file or folder");
  writeFileSync(join(folder, "broken.gz"), "no gzip");
  await expect(readLines(join(folder, "broken.gz"), { onLine() {}, onRead() {} })).rejects.toThrow(/cannot read .*broken\.gz/);
  writeFileSync(join(folder, "endless.log"), "a".repeat(2_000_000));
  await expect(readLines(join(folder, "endless.log"), { onLine() {}, onRead() {} })).rejects.toThrow("a line is longer than");
});

const line = (url: string, rule: number, status = 200) =>
  `http 2026-11-25T01:02:03.123456Z app/production/50dc6c495c0c9188 10.0.0.1:40000 ${status === 200 ? "10.0.1.5:8080" : "-"} 0.001 0.012 0.000 ` +
  `${status} ${status === 200 ? 200 : "-"} 345 1234 "GET ${url} HTTP/1.1" "curl/8" - - ` +
  `${status === 200 ? `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/group-${rule}/0123456789abcdef` : "-"} ` +
  `"Root=1-67891233-abcdef012345678912345678" "-" "-" ${rule} 2026-11-25T01:02:03.110000Z "${status === 200 ? "forward" : "fixed-response"}" ` +
  `"-" "-" "-" "-" "-" "-"`;

/** `loopway replay --log LOG …WORDS` on the example's Ingress of api.example.com. */
function loopwayReplay(log: string, ...words: string[]): Promise<{ code: number; out: string }> {
  const manifests = ["-f", "fixtures/seeds/api.yaml", "--lenient"];
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "replay", "--log", log, ...manifests, ...words], { cwd: workspace }, (error, out) =>
      resolve({ code: error === null ? 0 : Number(error.code), out }),
    );
  });
}

test("a log that agrees is 100 % and exit code 0", async () => {
  const file = join(newFolder(), "alb.log");
  const host = "http://api.example.com:80";
  writeFileSync(file, [line(`${host}/v1/order/1`, 2), line(`${host}/v1/payment/1`, 1), line(`${host}/x`, 0, 404), ""].join("\n"));
  const { code, out } = await loopwayReplay(file);
  expect(out).toContain("100 % of 3 decidable lines are as the manifests say");
  expect(code).toBe(0);
});

test("a log that does not agree tells both sides, the manifest's line and the log's, and is exit code 1", async () => {
  const file = join(newFolder(), "alb.log");
  const host = "http://api.example.com:80";
  writeFileSync(
    file,
    [line(`${host}/v1/order/1`, 2), line(`${host}/v1/order/2`, 1), "nonsense", line(`${host}/v1/order/3`, 0, 404)].join("\n"),
  );
  const { code, out } = await loopwayReplay(file);
  expect(code).toBe(1);
  expect(out.replaceAll(file, "alb.log")).toMatchInlineSnapshot(`
    "4 lines of one file
      app/production/50dc6c495c0c9188: 3 lines, taken for k8s-default-apiingre-d9b7c5f424 (the only one)

    33.3 % of 3 decidable lines are as the manifests say
      1 malformed: has 1 fields; expected at least 29 (alb.log:3)

    2 lines differ:
      1 (33.3 %) another rule
          manifests  rule 2 of port 80 (fixtures/seeds/api.yaml:14): default/orders-service:8080 (instance)
          AWS        rule 1: group-1
          alb.log:2  "GET http://api.example.com:80/v1/order/2 HTTP/1.1"
      1 (33.3 %) another rule
          manifests  rule 2 of port 80 (fixtures/seeds/api.yaml:14): default/orders-service:8080 (instance)
          AWS        rule default: fixed-response 404
          alb.log:4  "GET http://api.example.com:80/v1/order/3 HTTP/1.1"
    "
  `);
  const json = await loopwayReplay(file, "--json", "--new", "fixtures/seeds/flashapp.yaml");
  isPublished(JSON.parse(json.out));
  expect(isPublished.errors).toBeNull();
});

test("a log without one line to compare proves nothing: exit code 1", async () => {
  const file = join(newFolder(), "alb.log");
  writeFileSync(file, "nonsense\n");
  const { code, out } = await loopwayReplay(file);
  expect([code, out.includes("no line could be compared")]).toEqual([1, true]);
});
