import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageId, newMessage } from "../../../functions/message/compose.ts";
import { MESSAGE_KINDS } from "../../../functions/message/kinds.ts";

const AT = Date.parse("2026-12-07T01:00:00Z");
const base = {
  caseId: "JD-2026-000041",
  kind: "approval.request",
  to: "u-zhang",
  channel: "email",
  locale: "zh-CN",
  key: "JD-2026-000041-r1-s2",
  at: AT,
} as const;

describe("newMessage", () => {
  it("waits in the sparse index with a readable id", () => {
    expect(newMessage({ ...base, stepId: "JD-2026-000041-r1-s2" })).toEqual({
      v: 1,
      messageId: "JD-2026-000041-r1-s2-approval_request-u-zhang-email",
      caseId: "JD-2026-000041",
      kind: "approval.request",
      channel: "email",
      to: "u-zhang",
      stepId: "JD-2026-000041-r1-s2",
      params: {},
      locale: "zh-CN",
      status: "pending",
      pending: "message",
      dueAt: "2026-12-07T01:00:00.000Z",
      createdAt: "2026-12-07T01:00:00.000Z",
      attempt: 0,
    });
  });

  it("gives legal tag values that differ whenever any part differs", () => {
    const part = fc.string({ minLength: 1, maxLength: 90 });
    const message = fc.record({
      caseId: fc.constantFrom("JD-2026-000041", "JD-2026-000042"),
      kind: fc.constantFrom(...MESSAGE_KINDS),
      to: fc.oneof(part, fc.stringMatching(/^[a-z-]{1,12}$/)),
      channel: fc.constantFrom("email" as const, "sms" as const),
      key: fc.oneof(part, fc.stringMatching(/^[a-z0-9-]{1,40}$/)),
    });
    fc.assert(
      fc.property(message, (m) => {
        const id = messageId(m);
        expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(messageId({ ...m })).toBe(id);
        const other = messageId({ ...m, channel: m.channel === "sms" ? "email" : "sms" });
        expect(other).not.toBe(id);
      }),
    );
    const long = { ...base, key: `${base.key}-${"x".repeat(60)}` };
    expect(messageId({ ...long, key: `${long.key}1` })).not.toBe(messageId({ ...long, key: `${long.key}2` }));
    expect(messageId({ ...base, to: "甲" })).not.toBe(messageId({ ...base, to: "乙" }));
  });
});
