import type { BenchCase, Sample } from "./bench-case.ts";

/** Samples by load, then contender, in order of rounds. */
export type Results = ReadonlyMap<string, ReadonlyMap<string, readonly Sample[]>>;

/** Every contender once per round (A B C A B C), so that a slow minute of the machine hits all of them. */
export async function runRounds(bench: BenchCase, options: { isQuick: boolean; onJob?: (text: string) => void }): Promise<Results> {
  const { isQuick, onJob } = options;
  const rounds = isQuick ? bench.rounds.quick : bench.rounds.full;
  const results = new Map(
    bench.loads.map(({ name, contenders }) => [name, new Map(contenders.map((contender) => [contender, [] as Sample[]]))]),
  );
  try {
    await bench.prepare?.();
    for (let round = 0; round < rounds; round++) {
      for (const { name: load, contenders } of bench.loads) {
        for (const contender of contenders) {
          onJob?.(`round ${round + 1}/${rounds}: ${load}: ${contender}`);
          results
            .get(load)
            ?.get(contender)
            ?.push(await bench.measure({ load, contender, round, isQuick }));
        }
      }
    }
  } finally {
    await bench.dispose?.();
  }
  return results;
}
