// Writes docs/errors.md from the catalogue; the test in core/model holds the two together.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ErrorEntry, errors } from "../packages/core/model/src/errors.ts";
import { root } from "./bundles.ts";

const rows = Object.entries<ErrorEntry>(errors).map(
  ([code, { fault, template, remedy, exitCode }]) => `| \`${code}\` | ${fault} | ${template} | ${remedy} | ${exitCode ?? ""} |`,
);
const page = `# Errors

Every failure a user can meet, by its code. *user*: the input or the machine; *system*: ours; *emulated*: a feature, since the real
thing fails so too. Codes \`ELB_…\` stand in spans and explain an ALB's answer; \`E_…\` end a command with the exit code given.
The page is written by \`scripts/write-errors-page.ts\` and checked against the catalogue both ways.

| code | fault | what happened | what to do | exit |
|---|---|---|---|---|
${rows.join("\n")}
`;
writeFileSync(join(root, "docs", "errors.md"), page);
