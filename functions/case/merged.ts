/** Which cases became part of another (contracts/complaints.md "The case"). Pure. */
import type { CaseFile } from "./model.ts";

/** The cases that were merged into this one, those included that had been merged into them. */
export const mergedFrom = ({ events, payloads }: CaseFile): string[] =>
  events.flatMap((event) => {
    const data = event.kind === "complaint.merged" ? payloads.get(event.seq)?.data : undefined;
    if (typeof data?.from !== "string") return [];
    return [data.from, ...((data.with as string[] | undefined) ?? [])];
  });
