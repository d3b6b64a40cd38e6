/** What people recorded about a follow-up, from the payloads of its events; what was erased by law is missing. Pure. */
import type { CaseFile } from "../case/model.ts";
import { allAttempts } from "../complaint/follow-up-rules.ts";
import type { Attempt } from "../complaint/model.ts";
import type { CallRecord, VisitRecord } from "./schema.ts";

type Line = { kind: string; stepId: string | undefined; data: Record<string, unknown> };

const linesOf = ({ events, payloads }: CaseFile, ...kinds: string[]): Line[] =>
  events.flatMap(({ kind, seq, stepId }): Line[] => {
    const data = kinds.includes(kind) ? payloads.get(seq)?.data : undefined;
    return data ? [{ kind, stepId, data }] : [];
  });

/** The attempts of a step, in the order in which they were written down. */
export const attemptsOn = (file: CaseFile, stepId: string): Attempt[] =>
  linesOf(file, "follow-up.attempted")
    .filter((line) => line.stepId === stepId)
    .map(({ data }) => data.attempt as Attempt);

/** All attempts of the case, each once, in their order in time: those told one by one, and those of its records. */
export const attemptsOf = (file: CaseFile): Attempt[] =>
  linesOf(file, "follow-up.attempted", "follow-up.recorded")
    .map(({ data }) =>
      data.attempt === undefined
        ? ((data.record as Partial<CallRecord>).attempts ?? [])
        : [data.attempt as Attempt],
    )
    .reduce((kept, more) => allAttempts(kept, more), [] as Attempt[]);

/** The last record; null before the first, and once erased by law. */
export const recordOf = (file: CaseFile): CallRecord | VisitRecord | null =>
  (linesOf(file, "follow-up.recorded").at(-1)?.data.record as CallRecord | VisitRecord | undefined) ?? null;

/** Where the present appointment is to be; null where there is none, and once erased by law. */
export const placeOf = (file: CaseFile): string | null =>
  (linesOf(file, "appointment.proposed", "appointment.moved").findLast(({ data }) => "place" in data)?.data
    .place as string | undefined) ?? null;
