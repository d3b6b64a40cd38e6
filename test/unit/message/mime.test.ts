import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { compose } from "../../../functions/message/channels/ses.ts";
import { render } from "../../../functions/message/render.ts";
import { CALENDAR_TYPE } from "../../../functions/shared/ical.ts";
import { sample } from "./sample.ts";

const outgoing = {
  messageId: "JD-2026-000041-1-2-approval_request-zhang-email",
  kind: "approval.request",
  caseId: "JD-2026-000041",
  address: "zhang@example.com",
  ...render(sample(), "email", ""),
};

describe("compose", () => {
  it("carries tags, headers and both texts intact", async () => {
    const raw = await compose(outgoing, "闭环 <careloop@example.com>", "careloop-laptop");
    const mail = await PostalMime.parse(raw);
    const header = (name: string) => mail.headers.find((one) => one.key === name)?.value;
    expect(mail.subject).toBe(outgoing.subject);
    expect(mail.from).toEqual({ name: "闭环", address: "careloop@example.com" });
    expect(mail.to).toEqual([{ name: "", address: "zhang@example.com" }]);
    expect(mail.html?.trim()).toBe(outgoing.html);
    expect(mail.text?.trim()).toBe(outgoing.text.trim());
    expect(header("x-careloop-message")).toBe(outgoing.messageId);
    expect(header("x-careloop-kind")).toBe("approval.request");
    expect(header("x-careloop-case")).toBe("JD-2026-000041");
    expect(header("x-ses-configuration-set")).toBe("careloop-laptop");
    expect(header("x-ses-message-tags")).toBe(
      "X-CareLoop-Message=JD-2026-000041-1-2-approval_request-zhang-email, X-CareLoop-Case=JD-2026-000041",
    );
    expect(header("auto-submitted")).toBe("auto-generated");
    expect(
      raw
        .toString("latin1")
        .split("\r\n")
        .every((line) => line.length <= 998),
    ).toBe(true);
  });

  it("lets the reader end mails of this kind with one press, and encloses calendars as such", async () => {
    const url = `https://careloop.example/o/email.C0123456789AB.k1.${"a".repeat(43)}`;
    const content = "BEGIN:VCALENDAR\r\nSUMMARY:拜访洁丽雅\r\nEND:VCALENDAR\r\n";
    const attachments = [{ name: "tasks.ics", contentType: CALENDAR_TYPE, content }];
    const raw = await compose({ ...outgoing, unsubscribe: url, attachments }, "care@careloop.example", "set");
    // As programs look for it: on its line, neither encoded nor cut.
    expect(raw.toString("latin1")).toContain(`\r\nList-Unsubscribe: <${url}>\r\n`);
    expect(raw.toString("latin1")).toContain("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    const [file] = (await PostalMime.parse(raw)).attachments;
    expect(file).toMatchObject({
      filename: "tasks.ics",
      mimeType: "text/calendar",
      disposition: "attachment",
    });
    // Line ends are part of a calendar: on the wire they are as they were.
    const wire = Buffer.from(content).toString("base64");
    expect(raw.toString("latin1").replaceAll("\r\n", "")).toContain(wire);
    const plain = await compose(outgoing, "care@careloop.example", "set");
    expect(plain.toString("latin1")).not.toContain("List-Unsubscribe");
  });

  it("lets no address or subject add a header", async () => {
    const raw = await compose(
      { ...outgoing, address: "a@b.cn\r\nBcc: c@d.cn", subject: "x\r\nBcc: e@f.cn" },
      "careloop@example.com",
      "set",
    );
    expect(raw.toString("latin1")).not.toMatch(/^Bcc:/im);
  });

  it("refuses what a tag cannot hold", async () => {
    await expect(compose({ ...outgoing, messageId: "a b" }, "careloop@example.com", "set")).rejects.toThrow(
      "illegal_tag",
    );
  });
});
