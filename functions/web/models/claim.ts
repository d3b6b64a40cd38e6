/** A claim's page and form: what was typed, what it means, what happened. Pure. */
import type { EventView } from "../../case/view.ts";
import type { ClaimDraft } from "../../claim/model.ts";
import { CLAIM_DOCUMENTS } from "../../claim/schema.ts";
import type { ClaimView } from "../../claim/view.ts";
import type { FieldError } from "../../shared/errors.ts";
import { dated, deadline, plainMoney } from "../../shared/i18n/format.ts";
import { fieldMessage, fill } from "../../shared/i18n/messages.ts";
import { claimTexts } from "../../shared/i18n/sections/claim.ts";
import { claimDocuments } from "../../shared/i18n/sections/claim-documents.ts";
import { wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { rowsOf, yuan } from "./form-values.ts";
import type { Problem } from "./reception-form.ts";
import { isolate, str, strings } from "./text.ts";
import type { Reader } from "./view.ts";

/** A document as the form has it; the usual ones have a fixed name. */
export type DocumentRow = { name: string; received: boolean; fixed: boolean };
export type ClaimValues = {
  documents: DocumentRow[];
  insurer: string;
  amount: string;
  comment: string;
  key: string;
};

/** Free rows below those that have a name. */
const SPARE = 2;
const MAX_ROWS = 50;
const isUsual = (name: string): boolean => (CLAIM_DOCUMENTS as readonly string[]).includes(name);
const blank = { name: "", received: false, fixed: false };

/** The form with what is known so far. */
export const claimValues = (draft: ClaimDraft, key: string): ClaimValues => ({
  documents: [
    ...draft.documents.map(({ name, received }) => ({ name, received, fixed: isUsual(name) })),
    ...Array.from({ length: SPARE }, () => blank),
  ],
  insurer: draft.insurer ?? "",
  amount: draft.amount === null ? "" : plainMoney(draft.amount).replaceAll(",", ""),
  comment: "",
  key,
});

export const typedClaim = (form: URLSearchParams): ClaimValues => ({
  documents: rowsOf(form, "documents", MAX_ROWS).map((row) => {
    const name = form.get(`documents.${row}.name`) ?? "";
    return { name, received: form.get(`documents.${row}.received`) === "yes", fixed: isUsual(name) };
  }),
  insurer: form.get("insurer") ?? "",
  amount: form.get("amount") ?? "",
  comment: (form.get("comment") ?? "").replace(/\r\n?/g, "\n"),
  key: form.get("key") || crypto.randomUUID(),
});

/** The body of the call; rows without a name are none. */
export function claimAct(values: ClaimValues, choice: "done" | "save"): object {
  const documents = values.documents
    .filter((one) => one.name.trim() !== "")
    .map(({ name, received }) => ({ name, received }));
  const typed = { insurer: values.insurer.trim(), amount: yuan(values.amount) };
  const data =
    choice === "done"
      ? { documents, ...typed }
      : { documents, insurer: typed.insurer === "" ? null : typed.insurer, amount: typed.amount ?? null };
  return { choice, comment: values.comment, data };
}

/** What is wrong, at the inputs of the form. Rows without a name were left out of the call. */
export function claimProblems(fields: FieldError[], values: ClaimValues, r: Reader): Problem[] {
  const { form } = claimTexts(r.locale);
  const named = values.documents.flatMap((one, row) => (one.name.trim() === "" ? [] : [row]));
  return fields.map((field) => {
    const [, name = "", index] = field.path.split(".");
    const message = fieldMessage(field, r.locale);
    if (name === "documents") {
      const row = named[Number(index ?? 0)] ?? 0;
      return { input: `documents.${row}.name`, label: form.documents, message };
    }
    const label = name === "insurer" || name === "amount" ? form[name] : form.comment;
    return { input: name || "comment", label, message };
  });
}

export const documentName = (name: string, r: Reader): string =>
  isolate(wordOf(claimDocuments(r.locale), name));

export type ClaimLine = { seq: number; at: string; text: string };

/** The timeline, newest first. */
export const claimTimeline = (view: ClaimView, r: Reader): ClaimLine[] =>
  view.events
    .map((event) => ({ seq: event.seq, at: event.at, text: lineOf(event, view, r) }))
    .sort((a, b) => b.seq - a.seq);

function lineOf(event: EventView, view: ClaimView, r: Reader): string {
  const { events } = claimTexts(r.locale);
  const { kind, by } = event;
  const data = event.data ?? {};
  const name = (staffId: string): string =>
    isolate(
      view.steps.flatMap((step) => step.assignees).find((one) => one.staffId === staffId)?.name ?? staffId,
    );
  const time = (value: unknown): string => (str(value) ? dated(str(value), r.now, r.locale) : "");
  const text = Object.hasOwn(events, kind) ? events[kind as keyof typeof events] : events.other;
  return fill(text, {
    kind,
    by: by && "name" in by ? isolate(by.name) : "",
    names: strings(data.assignees).map(name).join(r.t.words.listSeparator),
    due: str(data.dueAt) ? deadline(str(data.dueAt), r.now, r.locale) : "",
    from: time(data.from),
    to: time(data.to),
  });
}
