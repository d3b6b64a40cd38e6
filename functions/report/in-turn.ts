/** How many reads run at once. */
const AT_ONCE = 25;

/** Reads one after the other of many, some at a time, in their order. */
export async function inTurn<T, R>(all: readonly T[], read: (one: T) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    found.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(read))));
  return found;
}
