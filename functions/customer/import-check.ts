/** An import is asked for, and its file is checked: a dry run that writes no customer (contracts/follow-ups.md). */
import { ulid } from "ulid";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { headUpload, type PostForm, readWhole, signPost, signPut, type Upload } from "../file/bucket.ts";
import { now, stamp } from "../shared/clock.ts";
import { conflict, type FieldError, forbidden, invalid, notFound, Refusal } from "../shared/errors.ts";
import { sha256 } from "../shared/ids.ts";
import { CONTROL_IN_LINE } from "../shared/plain.ts";
import { ConditionFailed, getItems, transact } from "../shared/table.ts";
import { keepsCustomers } from "./access.ts";
import { currentCadence } from "./cadence-store.ts";
import { ENCODINGS, type Encoding } from "./encodings.ts";
import { finishImport } from "./import-apply.ts";
import { readTable } from "./import-read.ts";
import { type Line, nameKeysOf, type Plan, type Problem, planOf, readLines } from "./import-rules.ts";
import {
  type Counts,
  customersTable,
  type ImportRecord,
  putPlan,
  readRecord,
  recordWrite,
} from "./import-store.ts";
import { customerKey, type Known, toKnown } from "./items.ts";

/** A hundred thousand rows of a table that is far too long still arrive, so that they can be counted. */
const MAX_BYTES = 40 * 1024 * 1024;
const CSV = "text/csv";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** Windows calls CSV files by Excel's name. */
const TYPES = [CSV, XLSX, "application/vnd.ms-excel", "text/plain", "application/csv"];

export type Requested = { importId: string; upload: Upload };

function readRequest(input: unknown): { name: string; contentType: string; size: number } {
  const given =
    typeof input === "object" && input !== null && !Array.isArray(input)
      ? (input as Record<string, unknown>)
      : {};
  const { name, contentType, size, ...unknown } = given;
  const problems: FieldError[] = Object.keys(unknown).map((path) => ({ path, code: "unknown_field" }));
  if (typeof name !== "string" || name.trim() === "") problems.push({ path: "name", code: "required" });
  else if (CONTROL_IN_LINE.test(name)) problems.push({ path: "name", code: "control_characters" });
  else if (name.length > 200) problems.push({ path: "name", code: "too_long", params: { max: 200 } });
  if (contentType === undefined) problems.push({ path: "contentType", code: "required" });
  else if (typeof contentType !== "string" || !TYPES.includes(contentType.split(";")[0]?.trim() ?? ""))
    problems.push({ path: "contentType", code: "table_type" });
  if (size === undefined) problems.push({ path: "size", code: "required" });
  else if (typeof size !== "number" || !Number.isInteger(size))
    problems.push({ path: "size", code: "number" });
  else if (size < 1) problems.push({ path: "size", code: "at_least", params: { min: 1 } });
  if (problems.length > 0) throw invalid(...problems);
  if (Number(size) > MAX_BYTES) throw new Refusal(400, "too_large", { path: "size" });
  return { name: String(name).trim(), contentType: String(contentType), size: Number(size) };
}

/** `POST /api/customer-imports`. Throws 403, 400. The same key gives the same place again. */
export async function requestImport(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Requested> {
  if (!keepsCustomers(actor)) throw forbidden("not_allowed");
  const request = readRequest(input);
  const at = now();
  const { idempotencyKey } = options;
  const importId = idempotencyKey === undefined ? ulid(at) : keyedId(actor, idempotencyKey);
  const record: ImportRecord = { importId, ...request, by: actor.staffId, at: stamp(at), status: "waiting" };
  const noted = await putNew(record);
  const { contentType, size, at: signedAt } = noted;
  if (contentType !== request.contentType || size !== request.size || noted.name !== request.name)
    throw conflict("idempotency_mismatch");
  return { importId, upload: await signPut(importId, contentType, size, Date.parse(signedAt)) };
}

const keyedId = (actor: Actor, key: string): string =>
  `K${sha256(`${actor.staffId}|customer-imports|${key}`).slice(0, 25).toUpperCase()}`;

/** What is on record under this number afterwards: this, or what an earlier call with the same key asked for. */
async function putNew(record: ImportRecord): Promise<ImportRecord> {
  try {
    await transact([recordWrite(record)]);
    return record;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return (await readRecord(record.importId)) ?? record;
  }
}

/** For pages: an import with a form that takes the file; `redirect` is told which import it is. Throws 403. */
export async function openImport(
  actor: Actor,
  redirect: (importId: string) => string,
): Promise<ImportRecord> {
  if (!keepsCustomers(actor)) throw forbidden("not_allowed");
  const at = now();
  const importId = ulid(at);
  const form: PostForm = await signPost(importId, redirect(importId), at);
  return putNew({
    importId,
    name: "",
    contentType: CSV,
    size: 0,
    by: actor.staffId,
    at: stamp(at),
    status: "waiting",
    form,
  });
}

export type Checked = Counts & { applicable: boolean; problems: Problem[] };

function readEncoding(input: unknown): Encoding {
  const given = input === undefined ? {} : input;
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw invalid({ path: "", code: "invalid" });
  const { encoding = "utf-8", ...unknown } = given as Record<string, unknown>;
  const problems: FieldError[] = Object.keys(unknown).map((path) => ({ path, code: "unknown_field" }));
  if (!(ENCODINGS as readonly unknown[]).includes(encoding))
    problems.push({ path: "encoding", code: "choose" });
  if (problems.length > 0) throw invalid(...problems);
  return encoding as Encoding;
}

/**
 * `POST /api/customer-imports/{importId}/check`. The plan that it makes is kept for `apply`. Throws 403, 404, 400, 409
 * `already_applied`, `not_uploaded`.
 */
export async function checkImport(actor: Actor, importId: string, input: unknown): Promise<Checked> {
  if (!keepsCustomers(actor)) throw forbidden("not_allowed");
  const record = await readRecord(importId);
  if (!record) throw notFound();
  const encoding = readEncoding(input);
  if (record.status === "applied") throw conflict("already_applied");
  const head = await headUpload(importId);
  if (!head) throw conflict("not_uploaded");
  await finishImport();
  const at = now();
  const [bytes, staff] = await Promise.all([readWhole(importId, head.etag), people()]);
  const owners = new Set(staff.filter((person) => person.active).map((person) => person.staffId));
  const read = await readTable(bytes, encoding);
  const found =
    "sheet" in read
      ? readLines(read.sheet, owners)
      : { lines: [], problems: [read.problem], rows: read.rows };
  const plan = await planFor(actor, found.lines, at);
  const checkId = ulid(at);
  const counts = { rows: found.rows, create: plan.create, update: plan.update, unchanged: plan.unchanged };
  await putPlan(
    importId,
    checkId,
    { rows: found.problems.length > 0 ? [] : plan.rows, problems: found.problems },
    at,
  );
  const { form: _form, ...rest } = record;
  const checked: ImportRecord = {
    ...rest,
    size: head.size,
    status: "checked",
    check: {
      ...counts,
      checkId,
      at: stamp(at),
      problems: found.problems.length,
      etag: head.etag,
      encoding,
    },
  };
  try {
    await transact([recordWrite(checked, record.check?.checkId ?? null)]);
  } catch (error) {
    // Somebody else checked or entered it meanwhile: what he was told counts.
    throw error instanceof ConditionFailed ? conflict("stale") : error;
  }
  return { ...counts, applicable: found.problems.length === 0, problems: found.problems };
}

/** What the lines make of the customers that are there now. */
async function planFor(actor: Actor, lines: readonly Line[], at: number): Promise<Plan> {
  const [calendar, { policy }] = await Promise.all([workingCalendar(), currentCadence()]);
  const profiles = lines.map((line) => customerKey(line.customerId));
  const names = [...new Set(lines.flatMap(nameKeysOf))].map((pk) => ({ pk, sk: "ALIAS" }));
  const keys = [...profiles, ...names];
  const known = new Map<string, Known>();
  const meant = new Map<string, string>();
  for (const item of await getItems(customersTable(), keys)) {
    if (item.sk === "ALIAS") meant.set(String(item.pk), String(item.customerId));
    else {
      const one = toKnown(item);
      known.set(one.customer.customerId, one);
    }
  }
  return planOf(lines, known, meant, { calendar, policy, at, by: actor.staffId });
}
