/**
 * Lambda `reception-excess`: the chain about a settlement above the tolerance has ended. Approved: the books are closed
 * on it. Otherwise the excess is released and the settlement is the requester's again, with what he had handed in. Called
 * twice it changes nothing more.
 */

import { decisionMessages } from "../case/decided.ts";
import type { CaseFile, Message } from "../case/model.ts";
import { type Change, changeCase, putMessage } from "../case/store.ts";
import type { Department, Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { entryWrites } from "../ledger/store.ts";
import { newMessage } from "../message/compose.ts";
import { busy } from "../shared/errors.ts";
import { ConditionFailed, pause, type Write } from "../shared/table.ts";
import { spending, withoutSettlement } from "./settlement-books.ts";
import { isRegistryRace, readRegistry, registryWrites } from "./settlement-registry.ts";
import type { Settlement } from "./settlement-schema.ts";

type Input = { v: 1; caseId: string; revision: number; round: number; outcome: string };
type Result = { outcome: string };

const ATTEMPTS = 5;

export async function handler({ caseId, revision, round, outcome }: Input): Promise<Result> {
  const staff = await people();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await changeCase(caseId, async (file, at): Promise<Change<Result>> => {
        const { header } = file;
        const stands =
          header.revision === revision &&
          header.round === round &&
          header.status === "open" &&
          header.phase === "approval" &&
          header.settlement !== undefined;
        if (!stands || outcome === "superseded") return { result: { outcome: "superseded" }, events: [] };
        return outcome === "approved" ? settled(file, staff, at) : release(file, staff, outcome, at);
      });
    } catch (error) {
      // Another case changed what this one takes out of the registry.
      if (!(error instanceof ConditionFailed) || !isRegistryRace(error)) throw error;
      await pause(attempt);
    }
  }
  throw busy();
}

function settled(file: CaseFile, staff: Person[], at: number): Change<Result> {
  const { header } = file;
  const { approved = 0, charged = 0 } = header.settlement ?? {};
  return {
    result: { outcome: "settled" },
    header: { status: "closed", phase: "closed", outcome: "settled", held: 0 },
    events: [
      {
        kind: "budget.committed",
        by: null,
        via: "system",
        data: { amount: charged - approved, buckets: header.buckets },
      },
      { kind: "settlement.settled", by: null, via: "system", data: { approved, charged } },
    ],
    writes: [
      ...spending(header, { charged, settled: charged, released: 0, reserved: charged - approved }, null, at),
      ...decisionMessages(header, "approved", staff, at).map(putMessage),
    ],
  };
}

async function release(
  file: CaseFile,
  staff: Person[],
  outcome: string,
  at: number,
): Promise<Change<Result>> {
  const { header } = file;
  const { approved = 0, charged = 0 } = header.settlement ?? {};
  const excess = charged - approved;
  const { caseId, buckets, seq } = header;
  return {
    result: { outcome },
    header: {
      phase: "settlement",
      outcome: "approved",
      held: approved,
      facts: { ...header.facts, amount: approved },
      findings: withoutSettlement(header.findings),
    },
    events: [{ kind: "budget.released", by: null, via: "system", data: { amount: excess, buckets } }],
    writes: [
      ...entryWrites({
        buckets,
        kind: "release",
        caseId,
        round: seq,
        amount: excess,
        held: "reserved",
        by: null,
        at,
      }),
      ...(await takenOut(file)),
      ...tell(file, staff, outcome, at).map(putMessage),
    ],
  };
}

/** What was handed in is no settlement of the case any more. Nothing to find once it was erased by law. */
async function takenOut({ header, payloads }: CaseFile): Promise<Write[]> {
  const data = payloads.get(header.settlement?.seq ?? 0)?.data;
  if (!data) return [];
  const { settlement, department } = data as { settlement: Settlement; department: Department };
  return registryWrites(await readRegistry(header.caseId, department, settlement), "remove");
}

/** A refusal is told as every decision; after a return or an expiry the settlement waits for him again. */
function tell(file: CaseFile, staff: Person[], outcome: string, at: number): Message[] {
  const { header } = file;
  if (outcome === "rejected") return decisionMessages(header, "rejected", staff, at);
  const requester = staff.find((person) => person.staffId === header.createdBy);
  if (!requester) return [];
  return [
    newMessage({
      caseId: header.caseId,
      kind: "case.returned",
      to: requester.staffId,
      channel: "email",
      locale: requester.locale,
      params: { round: header.round },
      at,
      key: `${header.caseId}-${header.revision}-${header.round}`,
    }),
  ];
}
