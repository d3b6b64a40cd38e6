import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runConformance } from "../../conformance.ts";

const folder = fileURLToPath(new URL("../../../../shared/asl-conformance", import.meta.url));

describe.runIf(existsSync(folder))("recordings of Step Functions (../shared/asl-conformance)", () => {
  test("every case passes but those that need what the engine does not know yet", async () => {
    const { verdicts } = await runConformance(folder);
    const failed = verdicts.filter((verdict) => !verdict.passed);
    const known = failed.filter(({ unknown }) => unknown === undefined);
    expect(known).toEqual([]);
    expect(new Set(failed.map(({ unknown }) => unknown))).toEqual(
      new Set(["Map", "Parallel", "HeartbeatSeconds", "QueryLanguage JSONPath"]),
    );
    expect(verdicts.length - failed.length).toBeGreaterThanOrEqual(142);
  });
});
