/** The command as a process: exit codes and streams. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../../../../..");
const pain = (name: string) => join("fixtures", "pains", name);

function loopway(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "packages/tools/cli/src/main.ts"), "lint", ...args], {
    cwd: root,
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const wildcard = pain("01-wildcard-in-prefix.yaml");
const tls = pain("09-tls-without-listener.yaml");

test.each([
  ["an error", ["-f", wildcard], 1],
  ["only warnings", ["-f", tls], 0],
  ["more warnings than allowed", ["-f", tls, "--max-warnings", "0"], 1],
  ["a warning counted as an error", ["-f", tls, "--error", "tls-ignored"], 1],
  ["an error turned off", ["-f", wildcard, "--off", "wildcard-path"], 0],
  ["what only Loopway accepts", ["-f", wildcard, "--lenient"], 0],
  ["no manifests", [], 2],
  ["an unknown code", ["-f", tls, "--off", "no-such-rule"], 2],
  ["an unknown format", ["-f", tls, "--format", "xml"], 2],
  ["an unknown option", ["-f", tls, "--fixx"], 2],
  ["no such file", ["-f", "no/such/file"], 2],
  ["--fix of standard input", ["-f", "-", "--fix"], 2],
] as const)("%s", (_name, args, status) => {
  expect(loopway(args).status).toBe(status);
});

test("standard input, and no colour in a pipe", () => {
  const { status, stdout } = loopway(["-f", "-"], readFileSync(join(root, wildcard), "utf8"));
  expect(status).toBe(1);
  expect(stdout).toContain("error wildcard-path");
  expect(stdout).not.toContain("\u001b");
});

test("--fix writes the file and says how much; then nothing is left", () => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-lint-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "shop.yaml");
  cpSync(join(root, wildcard), file);
  const { status, stderr } = loopway(["-f", folder, "--fix"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "loopway: mended 1 place\n" });
  expect(readFileSync(file, "utf8")).toBe(readFileSync(join(root, wildcard), "utf8").replace("path: /products/*", "path: /products"));
});
