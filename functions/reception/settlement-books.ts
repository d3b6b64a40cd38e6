/** What closing a settlement writes, whoever closes it: the requester at once, or the chain about its excess. */
import type { Finding, Header } from "../case/model.ts";
import { entryWrites } from "../ledger/store.ts";
import { taxSpentWrite } from "../ledger/tax-year.ts";
import type { Write } from "../shared/table.ts";
import { SETTLEMENT_KINDS } from "./settlement-findings.ts";

/** Findings of the request stay; those of an earlier settlement of the case go. */
export const withoutSettlement = (findings: Finding[]): Finding[] =>
  findings.filter(({ kind }) => !(SETTLEMENT_KINDS as readonly string[]).includes(kind));

/**
 * The entries that close the books, and what the year spent. `reserved` (fen) was reserved for an excess that is
 * approved now: it is committed on the way.
 */
export function spending(
  header: Header,
  of: { charged: number; settled: number; released: number; reserved: number },
  by: string | null,
  at: number,
): Write[] {
  const { caseId, buckets, seq } = header;
  const entry = { buckets, caseId, round: seq, by, at };
  const [bucket] = buckets;
  return [
    ...entryWrites(
      { ...entry, kind: "commit", amount: of.reserved },
      { ...entry, kind: "settle", amount: of.charged, committed: of.settled },
      { ...entry, kind: "release", amount: of.released, held: "committed" },
    ),
    // Whatever its length, a bucket's period begins with the year of the visit.
    ...(bucket?.category === "hospitality" && of.charged > 0
      ? [taxSpentWrite(Number(bucket.period.slice(0, 4)), of.charged)]
      : []),
  ];
}
