import type { Command } from "./command.ts";
import { apply } from "./commands/apply.ts";
import { check } from "./commands/check.ts";
import { completion } from "./commands/completion.ts";
import { curl } from "./commands/curl.ts";
import { delete_ } from "./commands/delete.ts";
import { diff } from "./commands/diff.ts";
import { dig } from "./commands/dig.ts";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { env } from "./commands/env.ts";
import { explain } from "./commands/explain.ts";
import { hop } from "./commands/hop.ts";
import { lint } from "./commands/lint.ts";
import { node } from "./commands/node.ts";
import { ready } from "./commands/ready.ts";
import { replay } from "./commands/replay.ts";
import { status } from "./commands/status.ts";
import { trace } from "./commands/trace.ts";
import { trust } from "./commands/trust.ts";
import { up } from "./commands/up.ts";

/** In the order a newcomer needs them. */
export const commands: readonly Command[] = [
  up,
  explain,
  lint,
  diff,
  check,
  replay,
  trace,
  curl,
  dig,
  env,
  status,
  apply,
  delete_,
  doctor,
  trust,
  hop,
  node,
  ready,
  down,
  completion,
];
