/** The editor of an approval policy: document to fields, fields to document, problems to the fields that show them. Pure. */
import type { ApprovalPolicy, Signers, StagePolicy, When } from "../../approval/model.ts";
import { parseWorkingDuration } from "../../shared/calendar/duration.ts";
import { elapsedMs } from "../../shared/duration.ts";
import type { FieldError } from "../../shared/errors.ts";
import { fieldMessage, fill } from "../../shared/i18n/messages.ts";
import { policyTexts } from "../../shared/i18n/sections/policies.ts";
import { yuanText } from "../../shared/money.ts";
import { inUnits, keptDuration, rowsOf, unlessEmpty, whole, yuan } from "./form-values.ts";
import type { Problem } from "./reception-form.ts";
import type { Reader } from "./view.ts";

/** Names of stages that have words of their own; any other is typed. */
export const KNOWN_STAGES = ["dept_manager", "general_manager", "finance", "committee"];
export const OTHER = "other";
/** The value of the list of signers that stands for people by name. */
export const BY_NAME = "staff";

const GENERAL = [
  "undoSeconds",
  "stepUpAbove",
  "batchUpTo",
  "nudgeEvery",
  "reserveFor",
  "tolerancePercent",
  "blockUnsettledAfter",
  "administrator",
  "onEdit",
  "climbOn.over_budget",
  "climbOn.retroactive",
  "climbOn.over_standard",
] as const;
export type General = (typeof GENERAL)[number];

const STAGE_TEXTS = [
  "stage",
  "stageText",
  "signers",
  "mode",
  "need",
  "due",
  "limit",
  "limitPerHead",
  // As `iso` below.
  "dueIso",
] as const;
export type StageText = (typeof STAGE_TEXTS)[number];

export type WhenValues = {
  amountAbove: string;
  levels: string[];
  departments: string[];
  creditGrades: string;
  overBudget: string;
  retroactive: string;
};
export type StageValues = { text: Record<StageText, string>; staffIds: string[]; whens: WhenValues[] };
export type PolicyValues = {
  text: Record<General, string>;
  administratorIds: string[];
  stages: StageValues[];
  /** Durations as the document wrote them, by field: what was not touched is not written anew. */
  iso: Record<string, string>;
};

const MAX_STAGES = 20;
const MAX_WHENS = 10;
const HOUR = 3_600_000;

// ---- document to fields

const yuanOf = (fen: number | undefined): string => (fen === undefined ? "" : yuanText(fen));
const yesNo = (value: boolean | undefined): string => (value === undefined ? "" : value ? "yes" : "no");

function whenValues(when: When): WhenValues {
  return {
    amountAbove: yuanOf(when.amountAbove),
    levels: when.levels ?? [],
    departments: when.departments ?? [],
    creditGrades: (when.creditGrades ?? []).join("、"),
    overBudget: yesNo(when.overBudget),
    retroactive: yesNo(when.retroactive),
  };
}

function signersValue(signers: Signers): { value: string; staffIds: string[] } {
  if ("role" in signers) return { value: `role:${signers.role}`, staffIds: [] };
  if ("relation" in signers) return { value: `relation:${signers.relation}`, staffIds: [] };
  return { value: BY_NAME, staffIds: signers.staffIds };
}

function stageValues(stage: StagePolicy): StageValues {
  const known = KNOWN_STAGES.includes(stage.stage);
  const { value, staffIds } = signersValue(stage.signers);
  const whens = (Array.isArray(stage.when) ? stage.when : [stage.when]).map(whenValues);
  const isFree = !Array.isArray(stage.when) && Object.keys(stage.when).length === 0;
  return {
    text: {
      stage: known ? stage.stage : OTHER,
      stageText: known ? "" : stage.stage,
      signers: value,
      mode: stage.mode,
      need: stage.need === undefined ? "" : String(stage.need),
      due: stage.due === undefined ? "" : inUnits(parseWorkingDuration(stage.due), 60),
      dueIso: stage.due ?? "",
      limit: yuanOf(stage.limit),
      limitPerHead: yuanOf(stage.limitPerHead),
    },
    staffIds,
    whens: isFree ? [] : whens,
  };
}

/** The fields of a document. */
export function fromPolicy(policy: ApprovalPolicy): PolicyValues {
  const administrator = signersValue(policy.administrator);
  const { nudgeEvery, reserveFor, blockUnsettledAfter } = policy;
  return {
    text: {
      undoSeconds: String(policy.undoSeconds),
      stepUpAbove: yuanText(policy.stepUpAbove),
      batchUpTo: yuanText(policy.batchUpTo),
      nudgeEvery: inUnits(elapsedMs(nudgeEvery), HOUR),
      reserveFor: inUnits(elapsedMs(reserveFor), 24 * HOUR),
      tolerancePercent: String(policy.tolerancePercent),
      blockUnsettledAfter: inUnits(elapsedMs(blockUnsettledAfter), 24 * HOUR),
      administrator: administrator.value,
      onEdit: policy.onEdit,
      "climbOn.over_budget": policy.climbOn.over_budget ?? "",
      "climbOn.retroactive": policy.climbOn.retroactive ?? "",
      "climbOn.over_standard": policy.climbOn.over_standard ?? "",
    },
    administratorIds: administrator.staffIds,
    stages: policy.stages.map(stageValues),
    iso: { nudgeEvery, reserveFor, blockUnsettledAfter },
  };
}

const blankWhen = (): WhenValues => whenValues({});
const blankStage = (): StageValues => ({
  text: {
    stage: "",
    stageText: "",
    signers: "",
    mode: "single",
    need: "",
    due: "8",
    dueIso: "",
    limit: "",
    limitPerHead: "",
  },
  staffIds: [],
  whens: [],
});

// ---- the posted form

/** The posted form as typed. */
export function readPolicyForm(form: URLSearchParams): PolicyValues {
  const get = (name: string) => form.get(name) ?? "";
  return {
    text: Object.fromEntries(GENERAL.map((name) => [name, get(name)])) as Record<General, string>,
    administratorIds: form.getAll("administratorIds"),
    stages: rowsOf(form, "stages", MAX_STAGES).map((row): StageValues => {
      const at = `stages.${row}`;
      return {
        text: Object.fromEntries(STAGE_TEXTS.map((name) => [name, get(`${at}.${name}`)])) as Record<
          StageText,
          string
        >,
        staffIds: form.getAll(`${at}.staffIds`),
        whens: rowsOf(form, `${at}.when`, MAX_WHENS).map((index) => ({
          amountAbove: get(`${at}.when.${index}.amountAbove`),
          levels: form.getAll(`${at}.when.${index}.levels`),
          departments: form.getAll(`${at}.when.${index}.departments`),
          creditGrades: get(`${at}.when.${index}.creditGrades`),
          overBudget: get(`${at}.when.${index}.overBudget`),
          retroactive: get(`${at}.when.${index}.retroactive`),
        })),
      };
    }),
    iso: Object.fromEntries(
      [...form].flatMap(([name, value]) =>
        name.startsWith("iso.") ? [[name.slice("iso.".length), value]] : [],
      ),
    ),
  };
}

/** The form after a press of a button that adds, removes or moves: `stages`, `stages.1`, `stages.1.when.0`. */
export function pressedPolicy(values: PolicyValues, form: URLSearchParams): PolicyValues {
  const stages = values.stages.map((one) => ({ ...one, whens: [...one.whens] }));
  const at = (name: string) => {
    const [, stage, when] =
      /^stages(?:\.(\d{1,3})(?:\.when(?:\.(\d{1,3}))?)?)?$/.exec(form.get(name) ?? "") ?? [];
    return { stage: Number(stage ?? -1), when: Number(when ?? -1) };
  };
  const [add, remove, up] = [at("add"), at("remove"), at("up")];
  if (form.get("add") === "stages" && stages.length < MAX_STAGES) stages.push(blankStage());
  const adding = stages[add.stage];
  if (adding && adding.whens.length < MAX_WHENS) adding.whens.push(blankWhen());
  if (stages[remove.stage] && remove.when >= 0) stages[remove.stage]!.whens.splice(remove.when, 1);
  else if (stages[remove.stage]) stages.splice(remove.stage, 1);
  const moving = stages[up.stage];
  if (moving && up.stage > 0) {
    stages.splice(up.stage, 1);
    stages.splice(up.stage - 1, 0, moving);
  }
  return { ...values, stages };
}

// ---- fields to document

function toWhen(values: WhenValues): Record<string, unknown> {
  const grades = values.creditGrades
    .split(/[、，,;；\s]+/)
    .map((one) => one.trim())
    .filter(Boolean);
  const answer = (text: string) => (text === "" ? undefined : text === "yes");
  return {
    ...unlessEmpty("amountAbove", yuan(values.amountAbove)),
    ...unlessEmpty("levels", values.levels),
    ...unlessEmpty("departments", values.departments),
    ...unlessEmpty("creditGrades", grades),
    ...unlessEmpty("overBudget", answer(values.overBudget)),
    ...unlessEmpty("retroactive", answer(values.retroactive)),
  };
}

function toSigners(value: string, staffIds: string[]): unknown {
  const [kind = "", id = ""] = value.split(":");
  if (kind === BY_NAME) return { staffIds };
  return kind === "" ? undefined : { [kind === "relation" ? "relation" : "role"]: id };
}

const nameOf = ({ text }: StageValues): string => (text.stage === OTHER ? text.stageText.trim() : text.stage);

function toStage(values: StageValues): Record<string, unknown> {
  const { text, staffIds } = values;
  const whens = values.whens.map(toWhen);
  return {
    stage: nameOf(values),
    when: whens.length > 1 ? whens : (whens[0] ?? {}),
    ...unlessEmpty("signers", toSigners(text.signers, staffIds)),
    ...unlessEmpty("mode", text.mode),
    // What belongs to an answer that was not chosen is left out.
    ...(text.mode === "n-of-m" ? unlessEmpty("need", whole(text.need)) : {}),
    ...unlessEmpty("due", keptDuration(text.due, text.dueIso, "hours", parseWorkingDuration, 60)),
    ...unlessEmpty("limit", yuan(text.limit)),
    ...unlessEmpty("limitPerHead", yuan(text.limitPerHead)),
  };
}

const kept = (values: PolicyValues, name: General, unit: "hours" | "days"): string | undefined =>
  keptDuration(values.text[name], values.iso[name], unit, elapsedMs, unit === "hours" ? HOUR : 24 * HOUR);

/** The document that the fields describe, for the schema to check. */
export function toPolicy(values: PolicyValues): Record<string, unknown> {
  const { text } = values;
  return {
    ...unlessEmpty("undoSeconds", whole(text.undoSeconds)),
    ...unlessEmpty("stepUpAbove", yuan(text.stepUpAbove)),
    ...unlessEmpty("batchUpTo", yuan(text.batchUpTo)),
    ...unlessEmpty("onEdit", text.onEdit),
    ...unlessEmpty("nudgeEvery", kept(values, "nudgeEvery", "hours")),
    ...unlessEmpty("reserveFor", kept(values, "reserveFor", "days")),
    ...unlessEmpty("tolerancePercent", whole(text.tolerancePercent)),
    ...unlessEmpty("blockUnsettledAfter", kept(values, "blockUnsettledAfter", "days")),
    ...unlessEmpty("administrator", toSigners(text.administrator, values.administratorIds)),
    climbOn: {
      ...unlessEmpty("over_budget", text["climbOn.over_budget"]),
      ...unlessEmpty("retroactive", text["climbOn.retroactive"]),
      ...unlessEmpty("over_standard", text["climbOn.over_standard"]),
    },
    stages: values.stages.map(toStage),
  };
}

// ---- problems

/** Names of the stages as they stand, for the lists that name one. */
export const stageNames = (values: PolicyValues): string[] => [
  ...new Set(values.stages.map(nameOf).filter((name) => name !== "")),
];

/** The input that shows a problem of `document.<path>`. */
function inputOf(path: string, values: PolicyValues): string {
  const [, row, rest = ""] = /^stages\.(\d+)\.?(.*)$/.exec(path) ?? [];
  if (row === undefined) {
    if (path.startsWith("administrator.staffIds")) return "administratorIds";
    return path.startsWith("administrator") ? "administrator" : path;
  }
  const at = `stages.${row}`;
  if (rest === "stage" && values.stages[Number(row)]?.text.stage === OTHER) return `${at}.stageText`;
  if (rest.startsWith("signers.staffIds")) return `${at}.staffIds`;
  if (rest.startsWith("signers")) return `${at}.signers`;
  if (!rest.startsWith("when")) return rest === "" ? `${at}.stage` : `${at}.${rest}`;
  const [, index = "0", leaf = "amountAbove"] = /^when(?:\.(\d+))?(?:\.(\w+))?/.exec(rest) ?? [];
  return `${at}.when.${index}.${leaf}`;
}

function labelOf(input: string, r: Reader): string {
  const texts = policyTexts(r.locale);
  const [, row] = /^stages\.(\d+)\./.exec(input) ?? [];
  const leaf = input.split(".").at(-1) ?? input;
  const words: Record<string, string> = {
    ...texts.editor,
    retroactive: row === undefined ? texts.editor.retroactiveRule : texts.editor.retroactive,
    stages: texts.editor.stages,
    onEdit: texts.facts.onEdit,
  };
  const label = words[leaf] ?? leaf;
  return row === undefined ? label : `${fill(texts.stageNo, { n: Number(row) + 1 })} · ${label}`;
}

const MONEY = ["amountAbove", "limit", "limitPerHead", "stepUpAbove", "batchUpTo"];

/** Problems of the document at the inputs that show them, once each. */
export function policyProblems(errors: FieldError[], values: PolicyValues, r: Reader): Problem[] {
  const found = errors.map((error): Problem => {
    const input = inputOf(error.path.replace(/^document\.?/, ""), values);
    const isMoney = MONEY.includes(input.split(".").at(-1) ?? "") && error.code === "number";
    return {
      input,
      label: labelOf(input, r),
      message: isMoney ? r.t.web.form.moneyField : fieldMessage(error, r.locale),
    };
  });
  return found.filter(({ input }, index) => found.findIndex((one) => one.input === input) === index);
}
