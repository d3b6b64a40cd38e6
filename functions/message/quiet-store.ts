/** The policy of the quiet hours as it is kept: versions that never change, the newest counts. */
import { policyKey, policyVersions } from "../directory/store.ts";
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { DEFAULT_WINDOW, type QuietWindow } from "./quiet-rules.ts";

const QUIET_HOURS = "quiet-hours";

export type QuietHours = QuietWindow & { version: number };

/** The newest; version 0 and the times of the contract where nobody has published any. */
export async function currentQuietHours(): Promise<QuietHours> {
  const [newest] = await policyVersions<QuietWindow>(QUIET_HOURS);
  return newest ? { version: newest.version, ...newest.document } : { version: 0, ...DEFAULT_WINDOW };
}

/** Publishes the version after `hours.version - 1`; false where somebody else has published it meanwhile. */
export async function putQuietHours(hours: QuietHours, by: string, at: number): Promise<boolean> {
  const { version, from, to } = hours;
  try {
    await transact([
      {
        label: "policy",
        Put: {
          TableName: env("DIRECTORY_TABLE"),
          Item: {
            ...policyKey(QUIET_HOURS, version),
            v: 1,
            policyId: QUIET_HOURS,
            version,
            publishedAt: stamp(at),
            publishedBy: by,
            document: { from, to } satisfies QuietWindow,
          },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
    ]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
