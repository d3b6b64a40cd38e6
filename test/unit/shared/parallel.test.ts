import fc from "fast-check";
import { expect, test } from "vitest";
import { inParallel, inPieces } from "../../../functions/shared/parallel.ts";

const turns = async (n: number): Promise<void> => {
  for (let left = n; left > 0; left -= 1) await Promise.resolve();
};

test("each once, results in order, never more at a time than asked for", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 6 }), async (list, atOnce) => {
      let running = 0;
      const results = await inParallel(list, atOnce, async (one, index) => {
        running += 1;
        expect(running).toBeLessThanOrEqual(atOnce);
        await turns(one);
        running -= 1;
        return [index, one];
      });
      expect(results).toEqual(list.map((one, index) => [index, one]));
    }),
  ));

test("a fault is thrown once what had begun is over, and nothing begins after it", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const run = inParallel([0, 1, 2, 3, 4, 5], 3, async (one) => {
    begun.push(one);
    await turns(one === 1 ? 1 : 20);
    if (one === 1) throw new Error("one");
    ended.push(one);
  });
  await expect(run).rejects.toThrow("one");
  expect([begun, ended]).toEqual([
    [0, 1, 2],
    [0, 2],
  ]);
});

test("pieces hold everything in order, none more than its size", () => {
  expect(inPieces([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(inPieces([], 100)).toEqual([]);
});
