import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../src/endpoint-slice/build-endpoint.ts";
import { MAX_ENDPOINTS, packSlices } from "../../src/endpoint-slice/pack-slices.ts";

const endpoint = (id: number, ready = true): Endpoint => ({
  addresses: [`127.10.1.${id}`],
  conditions: { ready },
  targetRef: { kind: "Pod", name: `web-${id}`, uid: `uid-${id}` },
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => endpoint(from + index));

interface Slice {
  endpoints: readonly Endpoint[];
}

function pack(slices: Endpoint[][], desired: Endpoint[], stale: readonly number[] = []) {
  const given: Slice[] = slices.map((endpoints) => ({ endpoints }));
  const { existing, created } = packSlices(given, desired, (slice) => stale.includes(given.indexOf(slice)));
  return {
    existing: existing.map(({ endpoints }) => endpoints.length),
    created: created.map(({ length }) => length),
    packing: { existing, created },
  };
}

const cases: [name: string, slices: Endpoint[][], desired: Endpoint[], stale: number[], existing: number[], created: number[]][] = [
  ["the first endpoints make a slice", [], range(0, 3), [], [], [3]],
  ["a slice holds 100", [], range(0, 250), [], [], [100, 100, 50]],
  ["what is gone leaves its slice; the others stay where they are", [range(0, 60), range(60, 100)], range(10, 100), [], [50, 40], []],
  ["an emptied slice is left empty", [range(0, 5), range(5, 8)], range(5, 8), [], [0, 3], []],
  ["new ones go into a slice that is written anyway", [range(0, 90), range(90, 120)], range(80, 130), [], [20, 30], []],
  [
    "else into the fullest untouched one with room for all",
    [range(0, 50), range(50, 120), range(120, 219)],
    range(0, 229),
    [],
    [50, 80, 99],
    [],
  ],
  ["else into a new one, rather than split over two untouched ones", [range(0, 95), range(95, 190)], range(0, 200), [], [95, 95], [10]],
  ["a slice with stale metadata is written anyway", [range(0, 60), range(60, 90)], range(0, 95), [1], [60, 35], []],
  ["slices are never levelled out", [range(0, 1), range(1, 2)], range(0, 2), [], [1, 1], []],
];

test.each(cases)("%s", (_, slices, desired, stale, existing, created) => {
  const result = pack(slices, desired, stale);
  expect([result.existing, result.created]).toEqual([existing, created]);
});

test("what changed about an endpoint reaches the slice where it is", () => {
  const { packing } = pack([range(0, 3)], [endpoint(0), endpoint(1, false), endpoint(2)]);
  expect(packing.existing[0]?.endpoints).toEqual([endpoint(0), endpoint(1, false), endpoint(2)]);
});

describe("for any slices and any endpoints", () => {
  const ids = fc.uniqueArray(fc.nat(400), { maxLength: 350 });
  const layout = fc.tuple(ids, fc.array(fc.integer({ min: 1, max: MAX_ENDPOINTS }), { maxLength: 6 }));

  test("the slices hold exactly the desired endpoints, at most 100 each, none of them twice, and none moves", () => {
    fc.assert(
      fc.property(layout, ids, ([present, lengths], wanted) => {
        const slices: Endpoint[][] = [];
        for (let from = 0, index = 0; from < present.length; index++) {
          const length = lengths[index % Math.max(1, lengths.length)] ?? MAX_ENDPOINTS;
          slices.push(present.slice(from, from + length).map((id) => endpoint(id)));
          from += length;
        }
        const desired = wanted.map((id) => endpoint(id, id % 2 === 0));
        const { packing } = pack(slices, desired);
        const packed = [...packing.existing.map(({ endpoints }) => endpoints), ...packing.created];
        const names = (endpoints: readonly Endpoint[]) => endpoints.map(({ targetRef }) => targetRef?.name);
        expect(names(packed.flat()).sort()).toEqual(names(desired).sort());
        expect(packed.every(({ length }) => length <= MAX_ENDPOINTS)).toBe(true);
        for (const { slice, endpoints } of packing.existing) {
          const stay = names(slice.endpoints).filter((name) => names(desired).includes(name));
          expect(names(endpoints).slice(0, stay.length)).toEqual(stay);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
