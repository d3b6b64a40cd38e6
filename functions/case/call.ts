/** What every call on a whole case shares: who sees it, the idempotency key, one transaction. */
import type { Actor, Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import type { CaseFile } from "./model.ts";
import { readVisible } from "./read.ts";
import { type Change, changeCase } from "./store.ts";

export type CaseCall = {
  actor: Actor;
  caseId: string;
  /** Names the call, for the idempotency key. */
  route: string;
  body: unknown;
  idempotencyKey?: string;
};

/**
 * Runs a call on a case that the actor sees. `decide` judges in the order of the contract: who may call, then the
 * state, then the fields. It answers `{caseId}` unless it says otherwise. Throws 404, and what `decide` throws.
 */
export async function callOnCase(
  call: CaseCall,
  decide: (file: CaseFile, at: number, staff: Person[]) => Omit<Change<never>, "result">,
): Promise<{ caseId: string }> {
  const { actor, caseId, route, body } = call;
  const key = keyed(call.idempotencyKey, { staffId: actor.staffId, route: `${route} ${caseId}`, body });
  const [known, staff] = await Promise.all([readVisible(actor, caseId), people()]);
  const result: Answer<{ caseId: string }> = { status: 200, body: { caseId } };
  const answer = await once<{ caseId: string }>(key, (extra) =>
    changeCase(
      caseId,
      (file, at) => {
        const change = decide(file, at, staff);
        return { ...change, result, writes: [...(change.writes ?? []), ...extra(result)] };
      },
      known,
    ),
  );
  return answer.body;
}
