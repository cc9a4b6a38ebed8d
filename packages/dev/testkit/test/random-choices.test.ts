import { expect, test } from "vitest";
import { areUnlike, type Objection, objectionsTo, seededRandom } from "../src/index.ts";

const COUNT = 5;
const SIZE = 3_000;
const fair = (seed: number) => {
  const random = seededRandom(seed);
  return choose(() => Math.floor(random() * COUNT));
};
const choose = (next: (previous: number) => number) => {
  const choices: number[] = [];
  while (choices.length < SIZE) choices.push(next(choices.at(-1) ?? 0));
  return choices;
};
/** The first gets so many times what each other gets. */
const weighted = (weight: number, seed: number) => {
  const random = seededRandom(seed);
  return choose(() => Math.max(0, Math.ceil(random() * (COUNT - 1 + weight) - weight)));
};
const oftenTheNext = (seed: number) => {
  const random = seededRandom(seed);
  return choose((previous) => (random() < 0.3 ? (previous + 1) % COUNT : Math.floor(random() * COUNT)));
};
/** Chains whose probabilities are all 1/n, as if each were asked first. */
const wrongChains = (seed: number) => {
  const random = seededRandom(seed);
  return choose(() => {
    for (let index = 0; index < COUNT - 1; index++) if (random() < 1 / COUNT) return index;
    return COUNT - 1;
  });
};

test.each<[string, number[], Objection[]]>([
  ["uniform", fair(1), []],
  ["uniform, another seed", fair(2), []],
  ["turns", choose((previous) => (previous + 1) % COUNT), ["too even", "dependent"]],
  ["turns in three of ten, chance otherwise", oftenTheNext(3), ["dependent"]],
  ["one at 1.3 times the others' weight", weighted(1.3, 4), ["uneven"]],
  ["one never", weighted(0, 5), ["uneven"]],
  ["iptables chains with 1/n throughout", wrongChains(6), ["uneven"]],
])("%s", (_name, choices, expected) => expect(objectionsTo(choices, COUNT)).toEqual(expected));

test.each<[string, number[], number[], boolean]>([
  ["uniform and uniform", fair(1), fair(2), false],
  ["uniform and one at 1.5 times the others' weight", fair(1), weighted(1.5, 7), true],
  ["skewed alike", weighted(2, 8), weighted(2, 9), false],
])("%s", (_name, a, b, expected) => expect(areUnlike(a, b, COUNT)).toBe(expected));

test("of 1,000 uniform samples next to none is objected to", () => {
  const objections = Array.from({ length: 1_000 }, (_, seed) => objectionsTo(fair(seed + 100), COUNT)).flat();
  // Three looks at 1 in 10,000 each: 0.3 are expected.
  expect(objections.length).toBeLessThan(4);
});
