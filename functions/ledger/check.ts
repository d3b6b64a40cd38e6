/**
 * Lambda `ledger-check`, once a day: of every bucket the sums of the entries are the balances (contracts/budget.md §2).
 * Nothing is mended here: a difference is a fault that a person has to understand. It is counted as metric
 * `BucketsOff`, on which an alarm stands, and logged with the bucket's name and both sums.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { type BucketId, type Difference, differencesOf } from "./rules.ts";
import { listBuckets, readLedger } from "./store.ts";

const logger = new Logger();
const metrics = new Metrics();

/** Buckets read at the same time. */
const AT_ONCE = 10;
/** A transaction may arrive between two reads of one partition: only what stays is a difference. */
const LOOKS = 3;

export async function handler(): Promise<{ checked: number; off: number }> {
  const buckets = await listBuckets();
  let off = 0;
  for (let at = 0; at < buckets.length; at += AT_ONCE) {
    const found = await Promise.all(buckets.slice(at, at + AT_ONCE).map(check));
    off += found.filter((one) => one.length > 0).length;
  }
  metrics.addMetric("BucketsOff", MetricUnit.Count, off);
  metrics.publishStoredMetrics();
  logger.info("ledger checked", { checked: buckets.length, off });
  return { checked: buckets.length, off };
}

async function check(id: BucketId): Promise<Difference[]> {
  let found: Difference[] = [];
  for (let look = 1; look <= LOOKS; look += 1) {
    const ledger = await readLedger(id);
    found = ledger
      ? differencesOf(ledger.bucket, ledger.entries)
      : [{ column: "bucket", balance: 0, entries: 0 }];
    if (found.length === 0) return found;
  }
  logger.error("bucket is off", { ...id, differences: found });
  return found;
}
