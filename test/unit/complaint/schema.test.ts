import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readClaim } from "../../../functions/claim/schema.ts";
import { CHANNELS, DISPOSITIONS, INVESTIGATION_FIELDS } from "../../../functions/complaint/model.ts";
import {
  needsComment,
  readAttempt,
  readComplaint,
  readConfirmation,
  readCustomerAnswer,
  readExchange,
  readFollowUp,
  readHandOver,
  readInvestigation,
  readMerge,
  readMessage,
  readNote,
  readPause,
  readRecipients,
  readReopen,
  readResume,
  readToStaff,
  readTriage,
} from "../../../functions/complaint/schema.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import { Refusal } from "../../../functions/shared/errors.ts";
import { COMPLAINT } from "./sample.ts";

/** `path: code` of every problem; empty where there is none. */
function problems(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.status).toBe(400);
    return error.fields.map(({ path, code }) => `${path}: ${code}`);
  }
}

describe("a complaint", () => {
  const read = (input: unknown, staff = false) => readComplaint(input, { staff, locale: "en" }, POLICY);
  const wrong = (changes: Record<string, unknown>, staff = false) =>
    problems(() => read({ ...COMPLAINT, ...changes }, staff));

  test("the contract's example is kept as sent", () => {
    expect(read(COMPLAINT)).toEqual({ ...COMPLAINT, safetyFlag: false });
  });

  test("what was not said is filled in, what is blank is left out", () => {
    const { channel, complainantName, complainantPhone, category, description } = COMPLAINT;
    const least = { channel, complainantName, complainantPhone, category, description };
    expect(read({ ...least, waybillNo: "", remedySought: "  ", complainantEmail: "" })).toEqual({
      ...least,
      severity: "major",
      urgency: "medium",
      safetyFlag: false,
      locale: "en",
    });
    expect(problems(() => read({}))).toEqual([
      "channel: choose",
      "complainantName: required",
      "complainantPhone: required",
      "category: choose",
      "description: required",
    ]);
  });

  test("channels beyond the web and the customer's number are for staff", () => {
    for (const channel of CHANNELS) {
      expect(wrong({ channel }, true)).toEqual([]);
      expect(wrong({ channel })).toEqual(channel === "web" ? [] : ["channel: channel_not_public"]);
    }
    expect(wrong({ customerId: "C0001" })).toEqual(["customerId: unknown_field"]);
    expect(read({ ...COMPLAINT, customerId: "C0001" }, true).customerId).toBe("C0001");
  });

  test.each([
    [{ complainantPhone: "abc" }, "complainantPhone: phone"],
    [{ complainantEmail: "ye.san" }, "complainantEmail: email"],
    [{ complainantEmail: "a@b.example\r\nBcc: x@y.example" }, "complainantEmail: control_characters"],
    [{ complainantName: "叶三\u0000" }, "complainantName: control_characters"],
    [{ organisation: "a\nb" }, "organisation: control_characters"],
    [{ description: "\u0007" }, "description: control_characters"],
    [{ description: "长".repeat(4001) }, "description: too_long"],
    [{ category: "loss" }, "category: choose"],
    [{ severity: "huge" }, "severity: choose"],
    [{ repeatOf: "JD-2026-000001" }, "repeatOf: invalid"],
    [{ occurredAt: "yesterday" }, "occurredAt: instant"],
    [{ safetyFlag: "yes" }, "safetyFlag: choose"],
    [{ priority: "P1" }, "priority: unknown_field"],
    [{ website: "x" }, "website: unknown_field"],
  ])("%j: %s", (changes, problem) => {
    expect(wrong(changes)).toEqual([problem]);
  });

  test("hostile text is only text", () => {
    const description = "<script>alert(1)</script>\n=1+1\n\u202Egnp.exe 👨‍👩‍👧";
    expect(read({ ...COMPLAINT, description }).description).toBe(description);
  });

  test("nothing but a Refusal comes of any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        problems(() => read(input));
        problems(() => readTriage(input));
        problems(() => readInvestigation(input, "damage"));
        problems(() => readFollowUp(input, [], { openedAt: 0, now: 1 }));
        problems(() => readCustomerAnswer(input));
        problems(() => readClaim(input));
        problems(() => readConfirmation(input));
      }),
    );
  });
});

describe("calls on a case", () => {
  test("a triage is any part with a reason", () => {
    expect(readTriage({ severity: "minor", reason: "核实过" })).toEqual({
      asked: { severity: "minor" },
      reason: "核实过",
    });
    expect(problems(() => readTriage({ severity: "minor" }))).toEqual(["reason: reason_required"]);
    expect(problems(() => readTriage({ severity: "minor", reason: " " }))).toEqual([
      "reason: reason_required",
    ]);
    expect(problems(() => readTriage({ reason: "x" }))).toEqual([": required"]);
    expect(problems(() => readTriage({ priority: "P0", reason: "x" }))).toEqual(["priority: choose"]);
    expect(problems(() => readTriage({ status: "closed", reason: "x" }))).toEqual(["status: unknown_field"]);
  });

  test("a message to the customer is confirmed, a note is not", () => {
    expect(readMessage({ text: "您好", confirm: true })).toEqual({ text: "您好" });
    for (const confirm of [undefined, false, "true"])
      expect(problems(() => readMessage({ text: "您好", confirm }))).toEqual(["confirm: confirm_required"]);
    expect(readNote({ text: "内部", mentions: ["limin", "limin"] })).toEqual({
      text: "内部",
      mentions: ["limin"],
    });
    expect(problems(() => readNote({ text: "内部", confirm: true }))).toEqual(["confirm: unknown_field"]);
  });

  test("the others take what they need and nothing more", () => {
    expect(readPause({ question: "几箱?" })).toEqual({ question: "几箱?" });
    expect(problems(() => readPause({ question: " " }))).toEqual(["question: required"]);
    expect(readResume(undefined)).toEqual({ comment: "" });
    expect(readMerge({ into: "TS-2026-000001", reason: "同一件" }).into).toBe("TS-2026-000001");
    expect(problems(() => readMerge({ into: "TS-1", reason: "" }))).toEqual([
      "into: invalid",
      "reason: reason_required",
    ]);
    expect(problems(() => readReopen({}))).toEqual(["reason: reason_required"]);
    expect(readRecipients({ staffIds: ["limin", "yinxue", "limin"] })).toEqual(["limin", "yinxue"]);
    expect(problems(() => readRecipients({ staffIds: [] }))).toEqual(["staffIds: required"]);
  });

  test("the customer answers with words or a choice", () => {
    expect(readCustomerAnswer({ tail: "1234", message: "三箱" })).toEqual({ message: "三箱" });
    expect(readCustomerAnswer({ tail: "1234", choice: "confirm" })).toEqual({
      choice: "confirm",
      comment: "",
      csat: null,
    });
    expect(readCustomerAnswer({ choice: "confirm", comment: "", csat: "5", nonce: "n" })).toMatchObject({
      csat: 5,
    });
    for (const choice of ["disagree", "reopen"]) {
      expect(problems(() => readCustomerAnswer({ choice, comment: " " }))).toEqual([
        "comment: reason_required",
      ]);
      expect(problems(() => readCustomerAnswer({ choice, comment: "不行", csat: 1 }))).toEqual([
        "csat: unknown_field",
      ]);
    }
    expect(problems(() => readCustomerAnswer({ choice: "close" }))).toEqual(["choice: choice"]);
    expect(problems(() => readCustomerAnswer({ choice: "confirm", message: "x" }))).toEqual([
      "choice: unknown_field",
    ]);
    expect(problems(() => readCustomerAnswer({}))).toEqual(["choice: choice"]);
    expect(problems(() => readConfirmation({ csat: 6 }))).toEqual(["data.csat: at_most"]);
  });
});

describe("the investigation", () => {
  const investigation = Object.fromEntries(INVESTIGATION_FIELDS.map((field) => [field, `写明${field}`]));
  const body = (disposition: Record<string, unknown>, more = {}) => ({
    investigation,
    disposition: { noticeText: "处理通知", ...disposition },
    ...more,
  });
  const wrong = (input: unknown, category: "damage" | "delay" = "damage") =>
    problems(() => readInvestigation(input, category));

  test.each(DISPOSITIONS)("%s has an amount if it pays, else none", (type) => {
    const pays = type === "refund" || type === "compensation";
    expect(wrong(body({ type }))).toEqual(pays ? ["data.disposition.amount: required"] : []);
    expect(wrong(body({ type, amount: 100 }))).toEqual(
      pays ? [] : ["data.disposition.amount: unknown_field"],
    );
  });

  test("an amount is whole fen above 0", () => {
    for (const amount of [0, -1, 1.5, "100", 2 ** 53])
      expect(wrong(body({ type: "refund", amount }))).toEqual(["data.disposition.amount: amount"]);
    expect(readInvestigation(body({ type: "refund", amount: 1 }), "damage")).toMatchObject({
      disposition: { amount: 1 },
      claim: false,
    });
  });

  test("all six and the text of the notice are there", () => {
    expect(wrong({})).toEqual(["data.investigation: required", "data.disposition: required"]);
    expect(wrong({ investigation: {}, disposition: { type: "info" } })).toEqual([
      ...INVESTIGATION_FIELDS.map((field) => `data.investigation.${field}: required`),
      "data.disposition.noticeText: required",
    ]);
  });

  test("a claim needs a category that an insurer pays for", () => {
    expect(wrong(body({ type: "info" }, { claim: true }))).toEqual([]);
    expect(wrong(body({ type: "info" }, { claim: true }), "delay")).toEqual(["data.claim: claim_category"]);
  });

  test("handing over, passing on, sending goods", () => {
    expect(readHandOver({ toDepartment: "transport" })).toEqual({ toDepartment: "transport" });
    expect(problems(() => readHandOver({ toDepartment: "moon" }))).toEqual(["data.toDepartment: choose"]);
    expect(readToStaff({ toStaffId: "tangli" })).toEqual({ toStaffId: "tangli" });
    expect(problems(() => readToStaff({ toStaffId: "a b" }))).toEqual(["data.toStaffId: choose"]);
    expect(readExchange({ waybillNo: "XD1" })).toEqual({ waybillNo: "XD1", note: "" });
    expect(problems(() => readExchange({}))).toEqual(["data.waybillNo: required"]);
  });

  test("the claim", () => {
    const claim = { documents: [{ name: "运单", received: true }], insurer: "人保", amount: 0 };
    expect(readClaim(claim)).toEqual(claim);
    expect(problems(() => readClaim({ ...claim, documents: [{ name: "" }] }))).toEqual([
      "data.documents.0.name: required",
      "data.documents.0.received: choose",
    ]);
  });
});

describe("the follow-up", () => {
  const TIMES = {
    openedAt: Date.parse("2026-12-10T09:00:00+08:00"),
    now: Date.parse("2026-12-10T12:00:00+08:00"),
  };
  const attempt = { at: "2026-12-10T10:05:00+08:00", channel: "phone", result: "reached", note: "" } as const;
  const record = {
    attempts: [attempt],
    contactName: "叶三",
    satisfaction: 4,
    issueFound: false,
    verbatim: "处理及时,希望以后包装加固。",
    newNeeds: "",
    suggestion: "包装加固",
    needsComplaint: false,
    nextFollowUpOn: "2027-01-11",
  };
  const wrong = (changes: Record<string, unknown>, kept: (typeof attempt)[] = []) =>
    problems(() => readFollowUp({ ...record, ...changes }, kept, TIMES));

  test("the contract's example", () => {
    expect(readFollowUp(record, [], TIMES)).toEqual(record);
  });

  test.each([
    [{ satisfaction: 0 }, ["data.satisfaction: at_least"]],
    [{ satisfaction: 6 }, ["data.satisfaction: at_most"]],
    [{ satisfaction: 4.5 }, ["data.satisfaction: number"]],
    [{ contactName: "" }, ["data.contactName: required"]],
    [{ issueFound: true }, ["data.issueCategory: required"]],
    [{ issueFound: true, issueCategory: "delay" }, []],
    [{ nextFollowUpOn: null, noNextReason: "客户不愿再被打扰" }, []],
    [{ nextFollowUpOn: "2026-12-10" }, ["data.nextFollowUpOn: in_the_past"]],
    [{ attempts: [] }, ["data.attempts: not_reached"]],
    [{ attempts: [{ ...attempt, result: "no_answer" }] }, ["data.attempts: not_reached"]],
    [{ attempts: [{ ...attempt, at: "2026-12-10T12:01:00+08:00" }] }, ["data.attempts.0.at: in_the_future"]],
    [{ attempts: [{ ...attempt, at: "2026-12-09T12:01:00+08:00" }] }, ["data.attempts.0.at: before_opening"]],
    [{ closed: true }, ["data.closed: unknown_field"]],
  ])("%j: %j", (changes, expected) => {
    expect(wrong(changes)).toEqual(expected);
  });

  test("who was reached before is reached", () => {
    expect(wrong({ attempts: [] }, [attempt])).toEqual([]);
  });

  test("one attempt", () => {
    expect(readAttempt(attempt, TIMES)).toEqual(attempt);
    expect(problems(() => readAttempt({ ...attempt, at: "2026-12-11T10:05:00+08:00" }, TIMES))).toEqual([
      "data.at: in_the_future",
    ]);
    expect(problems(() => readAttempt({ ...attempt, result: "maybe" }, TIMES))).toEqual([
      "data.result: choose",
    ]);
  });
});

test("which choices need a comment", () => {
  expect(needsComment("manager-decision", "close")).toBe(true);
  expect(needsComment("customer-confirm", "disagree")).toBe(true);
  expect(needsComment("customer-confirm", "confirm")).toBe(false);
  expect(needsComment("customer-confirm", "confirm", true)).toBe(true);
  expect(needsComment("investigate", "done")).toBe(false);
  expect(needsComment("investigate", "hand-over")).toBe(true);
});
