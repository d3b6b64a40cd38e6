/** The register of complaints (投诉登记簿): what may be asked of it, in which order it stands, what a line says. Pure. */
import type { CaseStatus, Header } from "../case/model.ts";
import type { Who } from "../case/view.ts";
import { DEPARTMENTS } from "../directory/model.ts";
import { shanghaiDate, toApi } from "../shared/clock.ts";
import { type FieldError, invalid } from "../shared/errors.ts";
import { date } from "../shared/validate.ts";
import { normalisedWaybill, phoneHashOf } from "./duplicate-rules.ts";
import { CATEGORIES, type Clock, type ComplaintState, PHASES, PRIORITIES } from "./model.ts";

/** A header of a complaint. */
export type ComplaintHeader = Header & { complaint: ComplaintState };
export const isComplaint = (header: Header): header is ComplaintHeader => header.complaint !== undefined;

export type RegisterQuery = {
  status?: CaseStatus;
  phase?: string;
  assignee?: string;
  department?: string;
  category?: string;
  priority?: string;
  /** Normalised, as the lookups know it. */
  waybillNo?: string;
  phoneHash?: string;
  customerId?: string;
  /** Days of receipt in Asia/Shanghai, both included. */
  from?: string;
  to?: string;
  overdue?: boolean;
};

const ONE_OF: Record<string, readonly string[]> = {
  status: ["open", "closed"],
  phase: PHASES,
  department: DEPARTMENTS,
  category: CATEGORIES,
  priority: PRIORITIES,
  overdue: ["true", "false", "1", "0"],
};

/** What a client asks; blank is not asked. Throws 400 by field. */
export function readRegisterQuery(asked: URLSearchParams): RegisterQuery {
  const value = (name: string): string | undefined => asked.get(name)?.trim() || undefined;
  const problems: FieldError[] = Object.entries(ONE_OF).flatMap(([path, known]) =>
    value(path) === undefined || known.includes(value(path)!) ? [] : [{ path, code: "choose" }],
  );
  for (const path of ["from", "to"])
    if (value(path) !== undefined && !date().safeParse(value(path)).success)
      problems.push({ path, code: "date" });
  const [from, to] = [value("from"), value("to")];
  if (problems.length === 0 && from !== undefined && to !== undefined && to < from)
    problems.push({ path: "to", code: "to_before_from" });
  if (problems.length > 0) throw invalid(...problems);
  const phone = value("phone");
  const waybillNo = normalisedWaybill(value("waybillNo"));
  const overdue = value("overdue");
  const query = {
    status: value("status") as CaseStatus | undefined,
    phase: value("phase"),
    assignee: value("assignee"),
    department: value("department"),
    category: value("category"),
    priority: value("priority"),
    waybillNo: waybillNo ?? undefined,
    // A plus sign that was not escaped arrives as a blank.
    phoneHash: phone === undefined ? undefined : phoneHashOf(phone),
    customerId: value("customerId"),
    from,
    to,
    overdue: overdue === undefined ? undefined : overdue === "true" || overdue === "1",
  };
  return Object.fromEntries(Object.entries(query).filter(([, one]) => one !== undefined));
}

/** Whether a case is asked for; `overdue` needs its clocks and is judged with them. */
export function isAsked(header: ComplaintHeader, query: RegisterQuery): boolean {
  const { complaint: state } = header;
  const received = shanghaiDate(header.createdAt);
  const equal: [unknown, unknown][] = [
    [query.status, header.status],
    [query.phase, header.phase],
    [query.assignee, state.assignee],
    [query.department, state.respondingDept],
    [query.category, state.category],
    [query.priority, state.priority],
    [query.waybillNo, state.waybillNo],
    [query.phoneHash, state.phoneHash],
    [query.customerId, header.customerId],
  ];
  return (
    equal.every(([wanted, is]) => wanted === undefined || wanted === is) &&
    (query.from === undefined || query.from <= received) &&
    (query.to === undefined || received <= query.to)
  );
}

// ---- order and places

/** Where a list stands: open cases first, the soonest due first; then closed ones, the last due first. */
export type Place = { status: CaseStatus; dueAt: string; caseId: string };

export const placeOf = ({ status, dueAt, caseId }: Place): Place => ({ status, dueAt, caseId });

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function comparePlaces(a: Place, b: Place): number {
  if (a.status !== b.status) return a.status === "open" ? -1 : 1;
  const order = compare(a.dueAt, b.dueAt) || compare(a.caseId, b.caseId);
  return a.status === "open" ? order : -order;
}

/** What was read of one status in one shard: how far, null where it was read to its end. */
export type Reading<T extends Place = ComplaintHeader> = { items: T[]; readTo: Place | null };

/**
 * The next `most` of all that was read, in order, as far as every shard was read; and the place to go on from, null at
 * the end. `isWanted` picks what shows. A list may be shorter than asked for and still go on.
 */
export function nextOf<T extends Place>(
  readings: Reading<T>[],
  isWanted: (item: T) => boolean,
  most: number,
): { items: T[]; next: Place | null } {
  const [end = null] = readings.flatMap(({ readTo }) => readTo ?? []).sort(comparePlaces);
  const sure = readings
    .flatMap(({ items }) => items)
    .filter((item) => (end === null || comparePlaces(item, end) <= 0) && isWanted(item))
    .sort(comparePlaces);
  const items = sure.slice(0, most);
  return { items, next: sure.length > most ? placeOf(items.at(-1)!) : end };
}

export const cursorOf = (place: Place): string =>
  Buffer.from(JSON.stringify([place.status, place.dueAt, place.caseId])).toString("base64url");

/** Throws 400 `invalid` at `cursor`. */
export function placeOfCursor(cursor: string): Place {
  try {
    const [status, dueAt, caseId] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    if ((status === "open" || status === "closed") && typeof dueAt === "string" && typeof caseId === "string")
      return { status, dueAt, caseId };
  } catch {
    // Falls through: it is no cursor of ours.
  }
  throw invalid({ path: "cursor", code: "invalid" });
}

// ---- lines

export type RegisterLine = {
  caseId: string;
  receivedAt: string;
  /** Of the content: null once that was erased by law. */
  channel: string | null;
  organisation: string | null;
  complainantName: string | null;
  waybillNo: string | null;
  customerId: string | null;
  category: string;
  subCategory: string | null;
  severity: string;
  urgency: string;
  priority: string;
  respondingDept: string;
  assignee: Who | null;
  status: CaseStatus;
  phase: string;
  outcome: string | null;
  level: number;
  reopenCount: number;
  paused: boolean;
  /** Of the present round; null while paused. */
  respondDueAt: string | null;
  dueAt: string | null;
  /** A clock of the present round is late and its aim not reached. */
  overdue: boolean;
  csat: number | null;
  repeatOf: string | null;
  mergedInto: string | null;
  closedAt: string | null;
};

/** Late at `at` (epoch ms), whether or not a timer came by. */
export const isLate = (clock: Clock, at: number): boolean =>
  clock.metAt === null &&
  (clock.status === "breached" || (clock.dueAt !== null && Date.parse(clock.dueAt) <= at));

/** `clocks`: those of the case that were read. */
export function lineOf(
  header: ComplaintHeader,
  of: {
    content: Record<string, unknown> | undefined;
    clocks: Clock[];
    nameOf: (staffId: string) => string;
    at: number;
  },
): RegisterLine {
  const { complaint: state } = header;
  const said = (name: string): string | null => {
    const value = of.content?.[name];
    return typeof value === "string" ? value : null;
  };
  const present = of.clocks.filter((clock) => clock.round === state.round && clock.kind !== "acknowledge");
  const dueOf = (kind: Clock["kind"]): string | null => {
    const dueAt = present.find((clock) => clock.kind === kind)?.dueAt ?? null;
    return dueAt === null ? null : toApi(dueAt);
  };
  return {
    caseId: header.caseId,
    receivedAt: toApi(header.createdAt),
    channel: said("channel"),
    organisation: said("organisation"),
    complainantName: said("complainantName"),
    waybillNo: said("waybillNo") ?? state.waybillNo,
    customerId: header.customerId ?? null,
    category: state.category,
    subCategory: state.subCategory,
    severity: state.severity,
    urgency: state.urgency,
    priority: state.priority,
    respondingDept: state.respondingDept,
    assignee: state.assignee === null ? null : { staffId: state.assignee, name: of.nameOf(state.assignee) },
    status: header.status,
    phase: header.phase,
    outcome: header.outcome,
    level: state.level,
    reopenCount: state.reopenCount,
    paused: state.paused,
    respondDueAt: dueOf("respond"),
    dueAt: dueOf("resolve"),
    overdue: header.status === "open" && present.some((clock) => isLate(clock, of.at)),
    csat: state.csat,
    repeatOf: state.repeatOf ?? null,
    mergedInto: state.mergedInto ?? null,
    closedAt: state.closedAt === undefined ? null : toApi(state.closedAt),
  };
}

/** The columns of CSV and XLSX, with the names of the JSON. */
export const COLUMNS = [
  "caseId",
  "receivedAt",
  "channel",
  "organisation",
  "complainantName",
  "waybillNo",
  "category",
  "subCategory",
  "severity",
  "urgency",
  "priority",
  "respondingDept",
  "assignee",
  "status",
  "phase",
  "outcome",
  "level",
  "reopenCount",
  "respondDueAt",
  "dueAt",
  "overdue",
  "csat",
  "closedAt",
] as const satisfies readonly (keyof RegisterLine)[];

/** A line's cells in the order of the columns. */
export const cellsOf = (line: RegisterLine): (string | number | null)[] =>
  COLUMNS.map((name) => {
    const value = line[name];
    if (typeof value === "boolean") return String(value);
    return typeof value === "object" && value !== null ? value.name : value;
  });
