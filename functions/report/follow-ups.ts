/** Reads the follow-ups of a month or a campaign, and counts them (contracts/follow-ups.md "Reports"). */
import { readCase, readHeaders } from "../case/store.ts";
import { currentCadence } from "../customer/cadence-store.ts";
import { caseOfPlace, listOf, PARTS } from "../follow-up/places.ts";
import { readJob } from "../planner/store.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { notFound } from "../shared/errors.ts";
import { inParallel } from "../shared/parallel.ts";
import { queryAll } from "../shared/table.ts";
import {
  type Counted,
  countsOf,
  type Figures,
  type FollowUpRow,
  figuresFor,
  followUpRow,
  isDone,
  type Scope,
  scopeBefore,
} from "./follow-up-rules.ts";
import { readSummary } from "./summary-store.ts";

const READS_AT_ONCE = 25;

/** Sorts behind every day of a month. */
const LAST_DAY = "32";

async function caseIdsOf(scope: Scope): Promise<string[]> {
  const lists =
    "campaign" in scope
      ? [listOf.campaign(scope.campaign)]
      : Array.from({ length: PARTS }, (_, part) => listOf.all(part));
  const [from, to] = "campaign" in scope ? ["0", "~"] : [scope.period, `${scope.period}-${LAST_DAY}`];
  const found = await Promise.all(
    lists.map((pk) =>
      queryAll({
        TableName: env("CASES_TABLE"),
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
        ConsistentRead: true,
      }),
    ),
  );
  return found.flat().map((item) => caseOfPlace(String(item.sk)));
}

/** Every follow-up of a scope as it stands now; only what was recorded is read whole. */
async function rowsOf(scope: Scope): Promise<FollowUpRow[]> {
  const at = now();
  const caseIds = await caseIdsOf(scope);
  const headers = [...(await readHeaders(caseIds)).values()];
  const rows = await inParallel(headers, READS_AT_ONCE, async (header) =>
    followUpRow(header, isDone(header) ? await readCase(header.caseId) : null, at),
  );
  return rows.filter((row) => row !== null);
}

/** The counts of a month: as they were archived, else as they are now. */
async function countsOfMonth(period: string): Promise<{ period: string } & Counted> {
  const summary = await readSummary(period);
  const archived = summary?.status === "archived" ? summary.figures : null;
  if (!archived) return { period, ...countsOf(await rowsOf({ period })) };
  const { planned, done, late, missed, unreachable, unreviewed, coverageRate, avgSatisfaction } = archived;
  return { period, planned, done, late, missed, unreachable, unreviewed, coverageRate, avgSatisfaction };
}

/** The figures of a scope, counted now. */
export async function countScope(scope: Scope): Promise<Figures> {
  const previous = scopeBefore(scope);
  const [rows, before, { policy }] = await Promise.all([
    rowsOf(scope),
    previous && countsOfMonth(previous.period),
    currentCadence(),
  ]);
  return figuresFor(rows, { target: policy.coverageTarget, before });
}

/** The name of a campaign; null of a month. Throws 404 where there is no such campaign. */
export async function nameOfScope(scope: Scope): Promise<string | null> {
  if ("period" in scope) return null;
  const job = await readJob(scope.campaign);
  if (job?.kind !== "campaign") throw notFound();
  return job.name;
}
