import type { BenchCase } from "./bench-case.ts";
import { matcher } from "./cases/matcher.ts";

/** What `npm run bench -- NAME` knows. */
export const cases: Readonly<Record<string, BenchCase>> = { matcher };
