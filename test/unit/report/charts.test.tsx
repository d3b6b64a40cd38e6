/** Charts stay within their drawing, whatever the numbers. */

import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import type { JSX } from "preact";
import { render } from "preact-render-to-string";
import { expect, test } from "vitest";
import { Bars, Months, Splits } from "../../../functions/report/charts.tsx";

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "", parseAttributeValue: true });
type Rect = { x: number; y: number; width: number; height: number };

/** All rectangles of a drawing, and its size. */
function drawn(chart: JSX.Element): { rects: Rect[]; width: number; height: number; svg: string } {
  const svg = render(chart);
  const root = parser.parse(svg).svg as { viewBox: string; g?: unknown };
  const [, , width = 0, height = 0] = root.viewBox.split(" ").map(Number);
  const groups = [root.g ?? []].flat() as { rect?: unknown }[];
  return { rects: groups.flatMap((group) => [group.rect ?? []].flat() as Rect[]), width, height, svg };
}

function within(chart: JSX.Element): void {
  const { rects, width, height } = drawn(chart);
  for (const rect of rects) {
    for (const value of Object.values(rect))
      if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
    expect(rect.width).toBeGreaterThanOrEqual(0);
    expect(rect.height).toBeGreaterThanOrEqual(0);
    expect(rect.x + rect.width).toBeLessThanOrEqual(width + 0.2);
    expect(rect.y + rect.height).toBeLessThanOrEqual(height + 0.2);
    expect(rect.y).toBeGreaterThanOrEqual(-0.2);
  }
}

const label = fc.string({ unit: "grapheme", maxLength: 40 });
const count = fc.nat(100_000);

test("any figures, also none", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ label, value: count }), { maxLength: 12 }),
      fc.array(fc.record({ label, good: count, bad: count }), { maxLength: 4 }),
      fc.array(fc.record({ label, received: count, closed: count }), { maxLength: 12 }),
      (bars, splits, months) => {
        within(<Bars label="x" bars={bars} />);
        within(<Splits label="x" splits={splits} />);
        const possible = months.map((one) => ({ ...one, closed: Math.min(one.closed, one.received) }));
        within(<Months label="x" months={possible} />);
      },
    ),
    { numRuns: 60 },
  );
});

test("names are text, and the drawing says what it shows", () => {
  const { svg } = drawn(<Bars label='a "b" <c>' bars={[{ label: "<script>", value: 2 }]} />);
  expect(svg).toContain('role="img"');
  expect(svg).not.toContain("<script>");
  expect(svg).not.toContain("<c>");
});

test("the longest bar is the largest number", () => {
  const { rects } = drawn(
    <Bars label="x" bars={[3, 6, 0].map((value) => ({ label: String(value), value }))} />,
  );
  expect(rects[1]!.width).toBeCloseTo(rects[0]!.width * 2, 0);
  expect(rects[2]!.width).toBe(0);
});
