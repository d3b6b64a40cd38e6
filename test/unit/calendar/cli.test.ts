import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../../../functions/shared/calendar/tools/cli.ts", import.meta.url));

/** Runs `npm run calendar -- ...args` without npm. */
function calendar(args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { input, encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("npm run calendar", () => {
  it("checks the committed data", () => {
    expect(calendar(["check"])).toMatchObject({
      status: 0,
      stdout: "lunar table and 2020, 2021, 2022, 2023, 2024, 2025, 2026 agree\n",
    });
  });

  it("explains a due time", () => {
    expect(calendar(["explain", "2026-12-31T17:30:00+08:00", "60"])).toMatchObject({
      status: 0,
      stdout: [
        "2026-12-31T17:30:00+08:00  2026-12-31T18:00:00+08:00  30 min  open",
        "2026-12-31T18:00:00+08:00  2027-01-01T00:00:00+08:00  0 min  night",
        "2027-01-01T00:00:00+08:00  2027-01-02T00:00:00+08:00  0 min  holiday  provisional",
        "2027-01-02T00:00:00+08:00  2027-01-04T00:00:00+08:00  0 min  weekend  provisional",
        "2027-01-04T00:00:00+08:00  2027-01-04T09:00:00+08:00  0 min  night  provisional",
        "2027-01-04T09:00:00+08:00  2027-01-04T09:30:00+08:00  30 min  open  provisional",
        "due 2027-01-04T09:30:00+08:00 (provisional)",
        "",
      ].join("\n"),
    });
  });

  it("does not guess the zone of an instant", () => {
    expect(calendar(["explain", "2026-12-31T17:30:00", "60"]).status).toBe(1);
  });

  it("prints a valid published year and the problems of a wrong one", () => {
    const year = {
      year: 2027,
      status: "official",
      notice: "a notice",
      daysOff: ["2027-01-01"],
      workingWeekends: ["2027-01-09"],
    };
    const valid = calendar(["import", "-"], JSON.stringify({ ...year, extra: 1 }));
    expect(valid).toMatchObject({ status: 0, stderr: "The year is valid. Nothing was stored.\n" });
    expect(JSON.parse(valid.stdout)).toEqual(year);
    expect(calendar(["import", "-"], JSON.stringify({ ...year, workingWeekends: ["2027-01-08"] }))).toEqual({
      status: 1,
      stdout: "",
      stderr: "invalid\n  0.workingWeekends.0: invalid\n",
    });
  });

  it("refuses to generate a year that no library has", () => {
    expect(calendar(["generate", "2027", "--notice", "x"])).toMatchObject({
      status: 1,
      stderr: "chinese-days has no data for 2027\n",
    });
  });

  it("shows its usage", () => {
    expect(calendar([])).toMatchObject({ status: 2, stdout: "" });
    expect(calendar([]).stderr).toContain("generate YEAR");
  });
});
