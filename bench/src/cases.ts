import type { BenchCase } from "./bench-case.ts";
import { alb } from "./cases/alb.ts";
import { analysis } from "./cases/analysis.ts";
import { change } from "./cases/change.ts";
import { diff } from "./cases/diff.ts";
import { l4 } from "./cases/l4.ts";
import { matcher } from "./cases/matcher.ts";
import { services } from "./cases/services.ts";
import { start } from "./cases/start.ts";

/** What `npm run bench -- NAME` knows. */
export const cases: Readonly<Record<string, BenchCase>> = { alb, analysis, change, diff, l4, matcher, services, start };
