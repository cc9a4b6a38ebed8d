import { existsSync, readFileSync } from "node:fs";

/** Whether the file is there and has a test in it. */
export function isTestFile(path: string): boolean {
  return existsSync(path) && /\btest(\.each|\.skipIf)?[(<]/.test(readFileSync(path, "utf8"));
}
