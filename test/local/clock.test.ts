import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { createActivity, createClock } from "../../local/clock.ts";

const HOUR = 3_600_000;

/** A source of timers kept in an array; each may run for some real time and add others. */
function setUp() {
  const db = new DatabaseSync(":memory:");
  const activity = createActivity();
  const clock = createClock(db, activity);
  const waiting: { at: number; created: number; name: string; work?: () => Promise<void> }[] = [];
  const fired: { name: string; late: number }[] = [];
  let created = 0;
  const first = () => waiting.toSorted((a, b) => a.at - b.at || a.created - b.created)[0];
  clock.addSource({
    name: "test timers",
    next: () => first() ?? null,
    async fire() {
      const timer = first()!;
      waiting.splice(waiting.indexOf(timer), 1);
      fired.push({ name: timer.name, late: clock.now() - timer.at });
      const end = activity.begin(timer.name);
      void Promise.resolve(timer.work?.()).finally(end);
    },
  });
  const add = (name: string, at: number, work?: () => Promise<void>) => {
    waiting.push({ name, at, created: created++, ...(work && { work }) });
    clock.changed();
  };
  return { db, activity, clock, add, fired };
}

let stop = () => {};
afterEach(() => stop());

describe("the virtual clock", () => {
  it("fires in order of time, then of creation, each at its own instant and to quiet", async () => {
    const { clock, add, fired } = setUp();
    const start = clock.now();
    add("second", start + 2 * HOUR);
    add("third", start + 2 * HOUR);
    add("first", start + HOUR, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      add("made by the first", start + HOUR + 1000);
    });
    add("too late", start + 9 * HOUR);
    await clock.advance(start + 3 * HOUR);
    expect(fired.map(({ name }) => name)).toEqual(["first", "made by the first", "second", "third"]);
    for (const { late } of fired) expect(late).toBeLessThan(1000);
    expect(clock.now() - start).toBeGreaterThanOrEqual(3 * HOUR);
    expect(clock.now() - start).toBeLessThan(3 * HOUR + 10_000);
  });

  it("goes forward only", async () => {
    const { clock } = setUp();
    await expect(clock.advance(clock.now() - HOUR)).rejects.toMatchObject({ code: "Backward", status: 400 });
  });

  it("keeps its offset in the folder", async () => {
    const { db, activity, clock } = setUp();
    await clock.advance(clock.now() + 30 * 24 * HOUR);
    const again = createClock(db, activity);
    expect(Math.abs(again.now() - clock.now())).toBeLessThan(1000);
    expect(again.now() - Date.now()).toBeGreaterThan(29 * 24 * HOUR);
  });

  it("fires by itself what comes due in real time", async () => {
    const { clock, add, fired, activity } = setUp();
    stop = () => clock.stop();
    clock.start();
    add("soon", clock.now() + 30);
    await expect.poll(() => fired.length).toBe(1);
    await activity.quiet(Date.now() + 1000);
  });

  it("waits for what is undelivered and names it when it does not end", async () => {
    const { activity } = setUp();
    const undelivered = ["stream of things"];
    activity.addProbe(() => undelivered);
    await expect(activity.quiet(Date.now() + 50)).rejects.toMatchObject({
      status: 503,
      message: "still running: stream of things",
    });
    undelivered.pop();
    await activity.quiet(Date.now() + 50);
  });
});
