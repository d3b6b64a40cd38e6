/**
 * Lambda `calendar-replan` (MECHANICS §8): counts open cases again by the calendar in force, some pages of the index a
 * call. A case is one transaction and counting twice changes nothing, so a call that is lost or repeated costs nothing.
 * A case that cannot be written is named in the log and counted; the workflow looks at all of them once more.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import type { Process } from "../case/model.ts";
import { changeCase } from "../case/store.ts";
import { type Around, readAround } from "../complaint/write.ts";
import { calendarOf, yearVersions } from "../directory/calendar.ts";
import { faultOf } from "../shared/http.ts";
import { replanCase } from "./replan-case.ts";
import { openCases, SHARDS } from "./store.ts";

const logger = new Logger();

export type ReplanInput = {
  v: 1;
  year: number;
  version: number;
  /** Where to go on; null begins. */
  cursor: string | null;
  /** Cases that could not be written so far in this look. */
  failed: number;
};

const EVERY: Record<Process, true> = {
  reception: true,
  "budget-change": true,
  complaint: true,
  claim: true,
  "follow-up": true,
  summary: true,
};
const PLACES = (Object.keys(EVERY) as Process[]).flatMap((process) =>
  Array.from({ length: SHARDS }, (_, shard) => ({ process, shard })),
);

/** Items of the index in a page, cases written at the same time, and cases after which a call ends. */
const PAGE = 50;
const AT_ONCE = 10;
const ENOUGH = 200;

export async function handler({
  year,
  version,
  cursor,
  failed,
}: ReplanInput): Promise<Pick<ReplanInput, "cursor" | "failed">> {
  const around = await freshly();
  let place = placeOf(cursor);
  let done = 0;
  let moved = 0;
  let lost = 0;
  while (place && done < ENOUGH) {
    const { process, shard } = PLACES[place.index]!;
    const { caseIds, next } = await openCases(process, shard, place.key, PAGE);
    for (let at = 0; at < caseIds.length; at += AT_ONCE) {
      const written = await Promise.all(
        caseIds.slice(at, at + AT_ONCE).map((caseId) => replanOne(caseId, { year, version }, around)),
      );
      moved += written.filter((one) => one === "moved").length;
      lost += written.filter((one) => one === "lost").length;
    }
    done += caseIds.length;
    place = next === null ? placeAt(place.index + 1) : { index: place.index, key: next };
  }
  logger.info("counted again", { year, version, cases: done, moved, lost });
  return { cursor: place && cursorOf(place), failed: failed + lost };
}

/** The calendar as it is at this instant, never one that was kept. */
async function freshly(): Promise<Around> {
  const [around, versions] = await Promise.all([readAround(), yearVersions()]);
  return { ...around, calendar: calendarOf(versions) };
}

async function replanOne(
  caseId: string,
  published: { year: number; version: number },
  around: Around,
): Promise<"moved" | "same" | "lost"> {
  try {
    const moved = await changeCase(caseId, (file, at) =>
      file.header.status === "open" ? replanCase(file, published, around, at) : { result: false, events: [] },
    );
    return moved ? "moved" : "same";
  } catch (error) {
    logger.error("case could not be counted again", { caseId, fault: faultOf(error) });
    return "lost";
  }
}

// ---- where a look has got to

type Place = { index: number; key: string | undefined };

const placeAt = (index: number): Place | null => (index < PLACES.length ? { index, key: undefined } : null);
const cursorOf = ({ index, key }: Place): string => `${index}:${key ?? ""}`;

function placeOf(cursor: string | null): Place | null {
  if (cursor === null) return placeAt(0);
  const [index = "", key = ""] = cursor.split(":");
  return { index: Number(index), key: key === "" ? undefined : key };
}
