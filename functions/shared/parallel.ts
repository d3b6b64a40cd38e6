/**
 * Works on each of many, so many at a time; results in the order of `list`. The first fault ends it, once what had begun by
 * then is over: nothing goes on behind it, where the next try would meet it.
 */
export async function inParallel<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (one: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = Array.from({ length: list.length });
  const faults: unknown[] = [];
  const places = list.entries();
  const worker = async (): Promise<void> => {
    // All workers take from the same iterator.
    for (const [index, one] of places) {
      try {
        results[index] = await work(one, index);
      } catch (fault) {
        faults.push(fault);
      }
      if (faults.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  if (faults.length > 0) throw faults[0];
  return results;
}

/** The same list in pieces of at most `size`. */
export const inPieces = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
