import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CalendarEvent, icalendar } from "../../../functions/shared/ical.ts";

const NOW = Date.parse("2026-12-02T10:00:00.500+08:00");
const visit: CalendarEvent = {
  uid: "HF-2026-000001@careloop",
  start: Date.parse("2026-12-07T10:00:00+08:00"),
  end: Date.parse("2026-12-07T11:00:00+08:00"),
  summary: "拜访洁丽雅有限公司",
  description: "HF-2026-000001",
  location: "成都市郫县",
  url: "https://careloop.example/cases/HF-2026-000001",
};

/** What a program reads: physical lines joined again, then name and value, with escapes undone. */
function read(calendar: string): [string, string][] {
  expect(calendar.endsWith("\r\n")).toBe(true);
  const physical = calendar.slice(0, -2).split("\r\n");
  for (const line of physical) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\r\n]/);
  }
  return physical
    .join("\r\n")
    .replaceAll("\r\n ", "")
    .split("\r\n")
    .map((line) => {
      const at = line.indexOf(":");
      const value = line
        .slice(at + 1)
        .replace(/\\([\\;,nN])/g, (_, one: string) => (/n/i.test(one) ? "\n" : one));
      return [line.slice(0, at), value];
    });
}

describe("icalendar", () => {
  it("writes a calendar as the standard has it", () => {
    expect(icalendar("我的拜访", [visit], NOW)).toBe(
      [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CareLoop//CareLoop//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:我的拜访",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "BEGIN:VEVENT",
        "UID:HF-2026-000001@careloop",
        "DTSTAMP:20261202T020000Z",
        "DTSTART:20261207T020000Z",
        "DTEND:20261207T030000Z",
        "SUMMARY:拜访洁丽雅有限公司",
        "DESCRIPTION:HF-2026-000001",
        "LOCATION:成都市郫县",
        "URL:https://careloop.example/cases/HF-2026-000001",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
      ].join("\r\n"),
    );
  });

  it("an empty calendar is one too, and a moment has no end", () => {
    expect(read(icalendar("", [], NOW)).map(([name]) => name)).toEqual([
      "BEGIN",
      "VERSION",
      "PRODID",
      "CALSCALE",
      "METHOD",
      "X-WR-TIMEZONE",
      "END",
    ]);
    const moment = { uid: "a", start: NOW, end: NOW, summary: "x" };
    expect(read(icalendar("", [moment], NOW)).map(([name]) => name)).not.toContain("DTEND");
  });

  it("no text adds a line or a property, whatever is in it, and programs read what was written", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.constantFrom(
        "x\r\nBEGIN:VALARM\r\nEND:VALARM",
        "a\u2028ATTENDEE:mailto:a@b.cn",
        "END:VEVENT",
        "a;b,c\\n:d",
        "\u0000\u0007\u001b",
        "\ud800",
        "长".repeat(200),
        "🎋".repeat(60),
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (summary, description, location) => {
        const calendar = icalendar("n", [{ ...visit, summary, description, location }], NOW);
        const lines = read(calendar);
        const plain = (value: string) =>
          value
            .toWellFormed()
            .replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
            // biome-ignore lint/suspicious/noControlCharactersInRegex: what may not be in a text
            .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
        const expected = Object.entries({
          SUMMARY: summary,
          DESCRIPTION: description,
          LOCATION: location,
        }).filter(([, value]) => value !== "");
        expect(lines.map(([name]) => name)).toEqual([
          ...["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "X-WR-TIMEZONE"],
          ...["BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND"],
          ...expected.map(([name]) => name),
          ...["URL", "END", "END"],
        ]);
        for (const [name, value] of expected)
          expect(lines.find(([one]) => one === name)?.[1]).toBe(plain(value));
      }),
      { numRuns: 30 },
    );
  });

  it.each(["javascript:alert(1)", "https://a.cn/\r\nX:1", "https://a.cn/ b", "", "no address"])(
    "takes no address like %j",
    (url) => {
      expect(icalendar("n", [{ ...visit, url }], NOW)).not.toContain("\r\nURL:");
    },
  );
});
