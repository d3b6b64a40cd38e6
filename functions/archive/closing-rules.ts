/** Which part of a case the dossier of its n-th closing is about. Pure. */
import type { CaseEvent, CaseFile } from "../case/model.ts";

export type Closing = {
  version: number;
  closedAt: string;
  outcome: string;
  /** The case as it was then: its timeline ends before it was opened again. */
  file: CaseFile;
};

/** The n-th closing of a case, or null where it has not been closed so often. */
export function closingOf(file: CaseFile, version: number): Closing | null {
  const closed = file.events.filter((event) => event.kind === "complaint.closed")[version - 1];
  if (!closed) return null;
  const again = file.events.find((event) => event.seq > closed.seq && event.kind === "complaint.reopened");
  const reason = file.payloads.get(closed.seq)?.data.reason;
  return {
    version,
    closedAt: closed.at,
    outcome: typeof reason === "string" ? reason : (file.header.outcome ?? ""),
    file: again ? until(file, again.seq - 1) : file,
  };
}

/** The case with the lines up to `last`, and the documents that were added by then. */
function until(file: CaseFile, last: number): CaseFile {
  const events = file.events.filter((event) => event.seq <= last);
  const payloads = new Map([...file.payloads].filter(([seq]) => seq <= last));
  const before = events.at(-1)?.at ?? "";
  return {
    ...file,
    events,
    payloads,
    attachments: file.attachments.filter((one) => one.at <= before),
    messages: file.messages.filter((one) => one.createdAt <= before),
    steps: file.steps.filter((one) => one.openedAt <= before),
    votes: file.votes.filter((one) => one.at <= before),
    clocks: file.clocks.filter((one) => one.startedAt <= before),
  };
}

/** The line that says that the dossier of this closing is on record. */
export function archivedLine({ events, payloads }: CaseFile, version: number): CaseEvent | undefined {
  return events.find(
    (event) => event.kind === "complaint.archived" && payloads.get(event.seq)?.data.version === version,
  );
}

/** The SHA-256 on record of the dossier of a closing, or null. */
export function digestOnRecord(file: CaseFile, version: number): string | null {
  const line = archivedLine(file, version);
  const digest = line && file.payloads.get(line.seq)?.data.sha256;
  if (typeof digest === "string") return digest;
  // The words of the line were erased by law: the header still knows the newest.
  const newest = file.header.complaint?.dossier;
  return newest?.version === version ? newest.sha256 : null;
}

/** How many closings of a case have a dossier on record. */
export const dossiersOf = ({ events }: CaseFile): number =>
  events.filter((event) => event.kind === "complaint.archived").length;

/** The day until which a dossier is kept: so many years after the closing, `YYYY-MM-DD`. */
export function retainUntil(closedOn: string, years: number): string {
  const [year = 0, month = 1, day = 1] = closedOn.split("-").map(Number);
  const date = new Date(Date.UTC(year + years, month - 1, day));
  // 29 February in a year that has none: the last day of the month.
  if (date.getUTCMonth() !== month - 1) date.setUTCDate(0);
  return date.toISOString().slice(0, 10);
}
