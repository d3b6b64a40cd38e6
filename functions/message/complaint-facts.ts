/** What mails to colleagues may know of a complaint (or of its claim). Pure; personal data stays in the body of the mail. */
import type { CaseFile, Message } from "../case/model.ts";
import type { ClaimContent, ClaimState } from "../claim/model.ts";
import type { Clock, Disposition, Investigation, Priority } from "../complaint/model.ts";
import type { Complaint } from "../complaint/schema.ts";
import { assignmentText } from "../shared/i18n/sections/complaint-story.ts";

export type ComplaintMail = {
  /** What the message is about: the kind of its step, of a signature the chain it belongs to; empty without a step. */
  about: string;
  category: string;
  priority: Priority;
  level: number;
  paused: boolean;
  organisation: string;
  waybillNo: string;
  /** Empty once erased by law. */
  description: string;
  remedySought: string;
  /** Empty while nobody handles it. */
  handler: string;
  /** Why he does, in a sentence. */
  assignment: string;
  /** The clock that the message is about. `dueAt` is null while it is paused. */
  clock: Pick<Clock, "kind" | "dueAt"> | null;
  investigation: Investigation | null;
  disposition: Disposition | null;
  /** What a note says that mentions the reader; null where the message is none, or its words were erased. */
  note: { by: string; text: string } | null;
};

/** Null for every other process. */
export function complaintMail(
  message: Message,
  file: CaseFile,
  name: (staffId: string) => string,
): ComplaintMail | null {
  if (file.header.claim) return claimMail(message, file, file.header.claim);
  const state = file.header.complaint;
  if (!state) return null;
  const content = file.content as Partial<Complaint> | null;
  const step = file.steps.find((one) => one.stepId === message.stepId);
  const said = <T>(kind: string, field: string): T | null =>
    (dataOf(file, (event) => event.kind === kind)?.[field] as T | undefined) ?? null;
  return {
    about: step?.chain ?? step?.kind ?? "",
    category: state.category,
    priority: state.priority,
    level: state.level,
    paused: state.paused,
    organisation: state.organisation ?? "",
    waybillNo: state.waybillNo ?? "",
    description: content?.description ?? "",
    remedySought: content?.remedySought ?? "",
    handler: state.assignee === null ? "" : name(state.assignee),
    assignment:
      state.assignmentReason?.staffId === message.to
        ? assignmentText(state.assignmentReason, state.category, name, message.locale)
        : "",
    clock: file.clocks.find((clock) => clock.clockId === message.params.clockId) ?? null,
    investigation: said<Investigation>("complaint.investigated", "investigation"),
    disposition: said<Disposition>("complaint.investigated", "disposition"),
    note: noteIn(message, file, name),
  };
}

/** A claim tells what its complaint was about. */
function claimMail(message: Message, file: CaseFile, state: ClaimState): ComplaintMail {
  const content = file.content as Partial<ClaimContent> | null;
  return {
    about: file.steps.find((one) => one.stepId === message.stepId)?.kind ?? "",
    category: state.category,
    priority: state.priority,
    level: 0,
    paused: false,
    organisation: state.organisation ?? "",
    waybillNo: state.waybillNo ?? "",
    description: content?.description ?? "",
    remedySought: content?.remedySought ?? "",
    handler: "",
    assignment: "",
    clock: null,
    investigation: null,
    disposition: null,
    note: null,
  };
}

/** The payload of the newest event that fits. */
const dataOf = (
  { events, payloads }: CaseFile,
  fits: (event: CaseFile["events"][number]) => boolean,
): Record<string, unknown> | undefined => {
  const event = events.findLast(fits);
  return event && payloads.get(event.seq)?.data;
};

function noteIn(message: Message, file: CaseFile, name: (staffId: string) => string): ComplaintMail["note"] {
  if (message.kind !== "note.mentioned") return null;
  const event = file.events.find((one) => one.kind === "note.added" && one.seq === message.params.seq);
  const text = event && file.payloads.get(event.seq)?.data.text;
  return event?.by && typeof text === "string" ? { by: name(event.by), text } : null;
}
