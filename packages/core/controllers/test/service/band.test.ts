import { seededRandom } from "@loopway/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate } from "../../src/service/band.ts";

const bands = fc
  .record({ size: fc.integer({ min: 1, max: 60 }), share: fc.double({ min: 0, max: 0.9, noNaN: true }) })
  .map(({ size, share }) => ({ size, offset: Math.floor(size * share) }));

test("allocation never collides, uses the dynamic band first, and ends only when all is taken", () => {
  fc.assert(
    fc.property(bands, fc.integer(), (band, seed) => {
      const random = seededRandom(seed);
      const taken: number[] = [];
      for (;;) {
        const index = allocate(band, (candidate) => taken.includes(candidate), random);
        if (index === undefined) break;
        expect(taken).not.toContain(index);
        taken.push(index);
      }
      expect([...taken].sort((left, right) => left - right)).toEqual(Array.from({ length: band.size }, (_, index) => index));
      const dynamic = taken.slice(0, band.size - band.offset);
      expect(dynamic.every((index) => index >= band.offset)).toBe(true);
    }),
    { seed: 1 },
  );
});
