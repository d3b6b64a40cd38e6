/** The cadence policy: read, and published in its next version (contracts/follow-ups.md "Cadence"). */
import type { Actor } from "../directory/model.ts";
import { currentPolicy, policyKey } from "../directory/store.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { keepsCadence } from "./access.ts";
import type { CadencePolicy } from "./cadence-rules.ts";

export const CADENCE = "cadence";

export type CadenceView = { version: number } & CadencePolicy;

export async function currentCadence(): Promise<{ version: number; policy: CadencePolicy }> {
  const { version, document } = await currentPolicy<CadencePolicy>(CADENCE);
  return { version, policy: document };
}

const viewOf = (version: number, policy: CadencePolicy): CadenceView => ({ version, ...policy });

/** Throws 403. */
export async function viewCadence(actor: Actor): Promise<CadenceView> {
  if (!keepsCadence(actor)) throw forbidden("not_allowed");
  const { version, policy } = await currentCadence();
  return viewOf(version, policy);
}

/** `read` throws 400 by field. Throws 403, 409 `stale` where `version` is not the newest. Nobody is planned anew by it. */
export async function changeCadence(
  actor: Actor,
  read: () => { version: number; policy: CadencePolicy },
): Promise<CadenceView> {
  if (!keepsCadence(actor)) throw forbidden("not_allowed");
  const { version, policy } = read();
  const newest = await currentCadence();
  if (newest.version !== version) throw conflict("stale", { version: newest.version });
  const next = version + 1;
  try {
    await transact([
      {
        label: "policy",
        Put: {
          TableName: env("DIRECTORY_TABLE"),
          Item: {
            ...policyKey(CADENCE, next),
            v: 1,
            policyId: CADENCE,
            version: next,
            publishedAt: stamp(now()),
            publishedBy: actor.staffId,
            document: policy,
          },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw conflict("stale", { version: next });
  }
  return viewOf(next, policy);
}
