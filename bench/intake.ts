/** Intake of complaints: how many the public endpoints take each second, and how long one waits. */
import { Site } from "../test/support/client.ts";

export type Load = {
  requests: number;
  seconds: number;
  perSecond: number;
  /** Answers that were neither as expected nor a limit's 429. */
  errors: number;
  limited: number;
  p50: number;
  p99: number;
  max: number;
};

const round = (value: number): number => Number(value.toFixed(1));
const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/**
 * Sends requests at a fixed rate for a while, whether the ones before have been answered or not, and waits for all
 * answers. `perSecond` is what was answered, not what was sent.
 */
async function offered(
  rate: number,
  seconds: number,
  send: (n: number) => Promise<number>,
  expected: number,
): Promise<Load> {
  const began = performance.now();
  const times: number[] = [];
  let errors = 0;
  let limited = 0;
  const one = async (n: number) => {
    const started = performance.now();
    const status = await send(n).catch(() => 0);
    times.push(performance.now() - started);
    if (status === 429) limited += 1;
    else if (status !== expected) errors += 1;
  };
  const running: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = began + (n * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    running.push(one(n));
  }
  await Promise.all(running);
  const took = (performance.now() - began) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  return {
    requests: times.length,
    seconds: round(took),
    perSecond: round(times.length / took),
    errors,
    limited,
    p50: round(at(sorted, 0.5)),
    p99: round(at(sorted, 0.99)),
    max: round(sorted.at(-1) ?? 0),
  };
}

const complaint = (run: number, n: number) => ({
  channel: "web",
  complainantName: "叶三",
  complainantPhone: `+8613${run}${String(n).padStart(8, "0")}`,
  waybillNo: `XD${run}${String(n).padStart(8, "0")}`,
  category: "damage",
  description: "12 箱毛巾到货时外箱破损，3 箱受潮。",
});

/**
 * `rate` requests a second for so many seconds: the form, the question for a case, one abuser; and filing by JSON at a rate
 * that the machine can work on, because every complaint sets off a workflow and its mails.
 */
export async function intake(siteUrl: string, rate = 200, seconds = 5, filingRate = 20) {
  const site = new Site(siteUrl);
  const visitor = site.visitor();
  const form = await offered(rate, seconds, async () => (await visitor.page("/c")).status, 200);
  const guess = await offered(
    rate,
    seconds,
    async (n) =>
      (await visitor.post(`/c/TS-2026-${String(n).padStart(6, "0")}/status`, { tail: "0000" })).status,
    404,
  );
  const abuser = await offered(
    rate,
    seconds,
    async (n) =>
      (await visitor.post("/api/complaints", complaint(7, n), { "x-forwarded-for": "203.0.113.99" })).status,
    201,
  );
  const filing = await offered(
    filingRate,
    seconds,
    async (n) => (await visitor.post("/api/complaints", complaint(8, n))).status,
    201,
  );
  return { rate, filingRate, form, guess, abuser, filing };
}
