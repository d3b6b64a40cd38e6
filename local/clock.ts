/**
 * The virtual clock and the count of what runs. Time is real time plus an offset that only grows; advancing it
 * fires every waiting timer at its own instant, one after the other, each to quiet before the next.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Activity, AwsError, type Clock, type TimerSource } from "./kernel.ts";

export type ActivityCounter = Activity & {
  /** Everything that runs or waits to be delivered, by name. */
  busy(): string[];
  /** Resolves when nothing runs; rejects with 503 `NotQuiet` and the names when `untilMs` (real) has passed. */
  quiet(untilMs: number): Promise<void>;
};

export type VirtualClock = Clock & {
  /** Moves time to `to`, firing what is due on the way. 400 `Backward`, 503 `NotQuiet`. Resolves with the new now. */
  advance(to: number): Promise<number>;
  /** From now on due timers fire by themselves. */
  start(): void;
  stop(): void;
};

/** Real milliseconds that a wait for quiet may last before it is given up. */
const PATIENCE = 120_000;

export function createActivity(): ActivityCounter {
  const counts = new Map<string, number>();
  const probes: (() => string[])[] = [];
  let waiting: (() => void)[] = [];
  const wake = () => {
    if (waiting.length === 0) return;
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  const activity: ActivityCounter = {
    begin(what) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        const left = counts.get(what)! - 1;
        if (left === 0) counts.delete(what);
        else counts.set(what, left);
        if (counts.size === 0) wake();
      };
    },
    running: () => [...counts.keys()],
    addProbe: (probe) => void probes.push(probe),
    changed: wake,
    busy: () => [...counts.keys(), ...probes.flatMap((probe) => probe())],
    async quiet(untilMs) {
      for (;;) {
        // Work that ends often begins its sequel in the same turn of the event loop: look again after it.
        if (activity.busy().length === 0) {
          await new Promise(setImmediate);
          if (activity.busy().length === 0) return;
        }
        const left = untilMs - Date.now();
        if (left <= 0) throw new AwsError("NotQuiet", `still running: ${activity.busy().join(", ")}`, 503);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(left, 1000));
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
  };
  return activity;
}

/** The clock of one data folder; its offset is read from and written to the folder's database. */
export function createClock(db: DatabaseSync, activity: ActivityCounter): VirtualClock {
  db.exec(
    "CREATE TABLE IF NOT EXISTS clock_offset (id INTEGER PRIMARY KEY CHECK (id = 1), ms REAL NOT NULL)",
  );
  const save = db.prepare(
    "INSERT INTO clock_offset VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET ms = excluded.ms",
  );
  const stored = db.prepare("SELECT ms FROM clock_offset").get() as { ms: number } | undefined;
  const offsetBuffer = new SharedArrayBuffer(8);
  const offset = new Float64Array(offsetBuffer);
  offset[0] = stored?.ms ?? 0;

  const sources: TimerSource[] = [];
  let started = false;
  let advancing: Promise<unknown> | null = null;
  let firing = false;
  let alarm: NodeJS.Timeout | undefined;

  const now = () => Date.now() + offset[0]!;
  const jump = (to: number) => {
    const by = to - now();
    if (by <= 0) return;
    offset[0] = offset[0]! + by;
    save.run(offset[0]);
  };
  const earliest = () => {
    let best: { at: number; created: number; source: TimerSource } | null = null;
    for (const source of sources) {
      const next = source.next();
      if (!next) continue;
      if (!best || next.at < best.at || (next.at === best.at && next.created < best.created)) {
        best = { ...next, source };
      }
    }
    return best;
  };

  /** Real time: fires what is due, then sleeps until the next. Node's timers end at 2^31-1 ms. */
  const arm = () => {
    clearTimeout(alarm);
    if (!started || advancing || firing) return;
    const next = earliest();
    if (!next) return;
    alarm = setTimeout(fireDue, Math.min(Math.max(next.at - now(), 0), 0x7fffffff));
  };
  const fireDue = async () => {
    if (firing || advancing) return;
    firing = true;
    try {
      for (let next = earliest(); next && next.at <= now() && started && !advancing; next = earliest()) {
        await next.source.fire();
      }
    } finally {
      firing = false;
      arm();
    }
  };

  const run = async (to: number) => {
    if (to < now()) throw new AwsError("Backward", "time only moves forward", 400);
    let deadline = Date.now() + PATIENCE;
    for (;;) {
      await activity.quiet(deadline);
      const next = earliest();
      if (!next || next.at > to) break;
      if (next.at > now()) {
        jump(next.at);
        deadline = Date.now() + PATIENCE;
      } else if (Date.now() > deadline) {
        throw new AwsError("NotQuiet", `timers of ${next.source.name} keep coming due`, 503);
      }
      await next.source.fire();
    }
    jump(to);
    return now();
  };

  return {
    now,
    offsetBuffer,
    addSource: (source) => void sources.push(source),
    changed: arm,
    async advance(to) {
      while (advancing) await advancing.catch(() => {});
      const mine = run(to);
      advancing = mine;
      try {
        return await mine;
      } finally {
        advancing = null;
        arm();
      }
    },
    start() {
      started = true;
      arm();
    },
    stop() {
      started = false;
      clearTimeout(alarm);
    },
  };
}
