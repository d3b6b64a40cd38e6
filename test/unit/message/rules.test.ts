import { describe, expect, it } from "vitest";
import type { CaseFile, Message } from "../../../functions/case/model.ts";
import type { Person } from "../../../functions/directory/model.ts";
import { failureOf } from "../../../functions/message/channels/failure.ts";
import { newMessage } from "../../../functions/message/compose.ts";
import { laterStages } from "../../../functions/message/facts.ts";
import { judge } from "../../../functions/message/gate.ts";
import {
  digestOf,
  EVENT_WAIT_MS,
  LEASE_MS,
  leaseAt,
  MAX_ATTEMPTS,
  nextMove,
  type Resent,
  retryAt,
} from "../../../functions/message/rules.ts";
import { signed, toE164 } from "../../../functions/message/sms-rules.ts";
import { stamp } from "../../../functions/shared/clock.ts";

const NOW = Date.parse("2026-12-07T01:00:00Z");
const waiting = newMessage({
  caseId: "JD-2026-000041",
  kind: "approval.request",
  to: "zhang",
  channel: "email",
  locale: "zh-CN",
  stepId: "JD-2026-000041-1-1",
  at: NOW,
  key: "JD-2026-000041-1-1",
});
const sending = (changes: Partial<Message & Resent> = {}): Message & Resent => ({
  ...waiting,
  status: "sending",
  attempt: 1,
  ...leaseAt(NOW),
  ...changes,
});

describe("nextMove", () => {
  it("takes what is due, forgives a clock that runs a little ahead, and leaves the rest", () => {
    expect(nextMove(waiting, NOW)).toBe("take");
    expect(nextMove(waiting, NOW - 1_500)).toBe("take");
    expect(nextMove(waiting, NOW - 60_000)).toBe("leave");
    expect(nextMove({ ...waiting, status: "sent", pending: undefined }, NOW)).toBe("leave");
  });

  it("waits out the lease and then five minutes for the provider's event before it sends again", () => {
    const lost = NOW + LEASE_MS + EVENT_WAIT_MS;
    expect(nextMove(sending(), lost - 1)).toBe("leave");
    expect(nextMove(sending(), lost)).toBe("retake");
    expect(EVENT_WAIT_MS).toBe(5 * 60_000);
  });

  it("sends an SMS that may have arrived a second time at most", () => {
    const lost = NOW + LEASE_MS + EVENT_WAIT_MS;
    expect(nextMove(sending({ channel: "sms" }), lost)).toBe("retake");
    expect(nextMove(sending({ channel: "sms", resent: true, attempt: 2 }), lost)).toBe("give_up");
    expect(nextMove(sending({ channel: "email", resent: true, attempt: 2 }), lost)).toBe("retake");
  });

  it("does not try for ever", () => {
    expect(nextMove({ ...waiting, attempt: MAX_ATTEMPTS }, NOW)).toBe("give_up");
    expect(nextMove(sending({ attempt: MAX_ATTEMPTS }), NOW + LEASE_MS + EVENT_WAIT_MS)).toBe("give_up");
  });
});

it("tries again after 1, 2, 4 … minutes, at most an hour", () => {
  expect([1, 2, 3, 8].map((attempt) => retryAt(attempt, NOW))).toEqual(
    [1, 2, 4, 60].map((minutes) => stamp(NOW + minutes * 60_000)),
  );
});

it("digests the text without its link", () => {
  const text = (link: string) => `打开：https://careloop.example/d/${link}\n`;
  expect(digestOf(text("a".repeat(43)))).toBe(digestOf(text("B-_".repeat(14))));
  expect(digestOf(text("a"))).not.toBe(digestOf(`${text("a")}!`));
});

describe("the gate", () => {
  const zhang = {
    staffId: "zhang",
    name: "张科",
    email: "zhang@example.com",
    phone: "138 0000 0001",
    active: true,
  } as Person;
  const file = (status: string, seat = status): CaseFile =>
    ({
      steps: [{ stepId: waiting.stepId, status }],
      seats: [{ stepId: waiting.stepId, staffId: "zhang", status: seat }],
    }) as unknown as CaseFile;
  const decision: Message = { ...waiting, kind: "case.decision", stepId: undefined };

  it("lets through what is true and has an address", () => {
    expect(judge(waiting, zhang, file("open"))).toEqual({ go: true, address: "zhang@example.com" });
    expect(judge({ ...decision, channel: "sms" }, zhang, file("done"))).toEqual({
      go: true,
      address: "+8613800000001",
    });
  });

  it("holds back what is no longer true, with a code", () => {
    expect(judge(waiting, { ...zhang, active: false }, file("open"))).toMatchObject({
      status: "suppressed",
      reason: "inactive",
    });
    expect(judge(waiting, zhang, file("done"))).toMatchObject({ status: "suppressed", reason: "step_ended" });
    expect(judge(waiting, zhang, file("open", "void"))).toMatchObject({ reason: "step_ended" });
    expect(judge({ ...waiting, kind: "step.escalated" }, zhang, file("void"))).toMatchObject({
      reason: "step_ended",
    });
  });

  it("fails what cannot be sent", () => {
    for (const email of ["", "zhang", "zhang@x.cn, li@x.cn", "a@b.cn\r\nBcc: c@d.cn", "<a@b.cn>"])
      expect(judge(waiting, { ...zhang, email }, file("open"))).toMatchObject({
        status: "failed",
        reason: "no_address",
      });
    expect(
      judge({ ...decision, channel: "sms" }, { ...zhang, phone: "ext. 12" }, file("open")),
    ).toMatchObject({
      reason: "no_phone",
    });
    expect(judge(waiting, null, file("open"))).toMatchObject({ reason: "unknown_person" });
    expect(judge({ ...waiting, kind: "nobody.knows" }, zhang, file("open"))).toMatchObject({
      reason: "unknown_kind",
    });
  });
});

it("reads phone numbers as people write them", () => {
  expect(
    ["13800000001", "+86 138-0000-0001", "0086 13800000001", "(+49) 30 1234567", "12345", ""].map(toE164),
  ).toEqual(["+8613800000001", "+8613800000001", "+8613800000001", "+49301234567", null, null]);
});

it("puts the signature in its brackets once", () => {
  expect(signed("讯达物流", "好")).toBe("【讯达物流】好");
  expect(signed("【讯达物流】", "好")).toBe("【讯达物流】好");
});

it("knows a refusal from a lost answer, and passes on no sentence of the provider", () => {
  const error = (name: string, httpStatusCode?: number) =>
    Object.assign(new Error("Address zhang@example.com is bad"), { name, $metadata: { httpStatusCode } });
  expect(failureOf(error("MessageRejected", 400), ["MessageRejected"])).toMatchObject({
    how: "permanent",
    code: "message_rejected",
    message: "message_rejected",
  });
  expect(failureOf(error("Throttling", 400), ["MessageRejected"])).toMatchObject({
    how: "refused",
    code: "throttling",
  });
  expect(failureOf(error("TimeoutError"), [])).toMatchObject({ how: "unknown", code: "timeout_error" });
  expect(failureOf("socket to zhang@example.com", [])).toMatchObject({ how: "unknown", code: "unknown" });
});

it("names the stages that come after the present one", () => {
  const stages = ["a", "b", "c"].map((stage) => ({ stage, signers: [{ name: stage.toUpperCase() }] }));
  expect(laterStages(stages, "b")).toEqual([{ stage: "c", names: ["C"] }]);
  expect(laterStages(stages, "gone")).toEqual([]);
});
