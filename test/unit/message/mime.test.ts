import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { compose } from "../../../functions/message/channels/ses.ts";
import { render } from "../../../functions/message/render.ts";
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
