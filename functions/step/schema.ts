/** The body of a decision (contracts/README.md "Steps and links"), as JSON and as the fields of a page's form. */
import * as z from "zod";
import { type FieldError, invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { fieldErrors } from "../shared/validate.ts";
import { CHOICES, isApproval } from "./rules.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** What somebody wants to do on a step, checked for its form. */
export type Act = {
  choice: string;
  comment: string;
  /** Whom a transfer or an added signature names. */
  toStaffId?: string;
  /** The earlier stage that a return goes back to. */
  toStage?: string;
  /** The step-up code, by link only. */
  code?: string;
};

/** Built at the first decision: most calls of the functions that hold them check none. */
const schemas = lazy(() => {
  const choice = z.string({ error: "choice" });
  const comment = z
    .string({ error: "invalid" })
    .max(2000, { error: "too_long:2000" })
    .refine((value) => !CONTROL.test(value), { error: "control_characters" })
    .default("");
  const named = z.string({ error: "choose" }).optional();
  const contentHash = z.string({ error: "invalid" }).optional();
  const toWhom = { toStaffId: named, toStage: named };
  const data = z.strictObject(toWhom, { error: "invalid" }).default({});
  return {
    json: z.strictObject({ choice, comment, data, contentHash }),
    form: z.strictObject({ choice, comment, ...toWhom, contentHash, code: z.string().optional() }),
  };
});

/** Fields beyond the comment, by the choices that take them. */
const TAKES: Record<string, readonly string[]> = {
  return: ["toStage"],
  transfer: ["toStaffId"],
  "add-before": ["toStaffId"],
  "add-after": ["toStaffId"],
};

/** Where the fields of a choice stand, for the paths of errors. */
export const pathOf = (via: "login" | "link", field: string): string =>
  via === "login" ? `data.${field}` : field;

/** A decision for a kind of step. Throws 400 by field; a field that the choice does not take is unknown. */
export function readAct(kind: string, via: "login" | "link", input: unknown): Act {
  const act = via === "login" ? fromJson(input) : readForm(input);
  if (!(CHOICES[kind] ?? []).includes(act.choice)) throw invalid({ path: "choice", code: "choice" });
  const takes = [...(TAKES[act.choice] ?? []), ...(isApproval(act.choice) ? ["code"] : [])];
  const unknown = (["toStaffId", "toStage", "code"] as const).filter(
    (field) => act[field] !== undefined && !takes.includes(field),
  );
  if (unknown.length > 0)
    throw invalid(
      ...unknown.map((field): FieldError => ({ path: pathOf(via, field), code: "unknown_field" })),
    );
  return act;
}

function fromJson(input: unknown): Act {
  const parsed = schemas().json.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { data } = parsed.data;
  return { choice: parsed.data.choice, comment: parsed.data.comment.trim(), ...data };
}

/** The fields of a form, whatever the choice; what was left empty counts as not sent. Throws 400 by field. */
export function readForm(input: unknown): Act {
  const filled =
    typeof input === "object" && input !== null
      ? Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== "" || name === "choice"))
      : input;
  const parsed = schemas().form.safeParse(filled);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { contentHash: _contentHash, ...act } = parsed.data;
  return { ...act, comment: act.comment.trim() };
}

/** What has to be read before a decision can be judged; nothing of it is checked yet but that it could be an id. */
export function askedOf(input: unknown): { choice: string | null; toStaffId: string | null } {
  const at = (value: unknown, field: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
  const id = (value: unknown): string | null =>
    typeof value === "string" && /^[\w-]{1,64}$/.test(value) ? value : null;
  return {
    choice: id(at(input, "choice")),
    toStaffId: id(at(input, "toStaffId")) ?? id(at(at(input, "data"), "toStaffId")),
  };
}
