import { expect, test } from "vitest";
import { sleepsMs } from "../../src/index.ts";

test.each([
  { command: ["sleep", "15"], expected: 15_000 },
  { command: ["/bin/sh", "-c", "sleep 5"], expected: 5_000 },
  { command: ["sh", "-c", "sleep 2; nginx -s quit; sleep 0.5"], expected: 2_500 },
  { command: ["sh", "-c", "sleep 1m"], expected: 60_000 },
  { command: ["/usr/sbin/nginx", "-s", "quit"], expected: 0 },
  { command: ["sh", "-c", "echo asleep 5"], expected: 0 },
  { command: undefined, expected: 0 },
])("$command takes $expected ms", ({ command, expected }) => expect(sleepsMs(command)).toBe(expected));
