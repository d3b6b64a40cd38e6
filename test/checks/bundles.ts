/** A bundle that grows makes every cold start slower. */
import type { Bundle } from "../../infra/bundle.ts";

/** 600 KB: about 80 ms of module load. */
export const BUDGET = 600_000;

/** Bundles beyond the budget, with what is largest in them. */
export function bundleProblems(bundles: Record<string, Bundle>): string[] {
  return Object.entries(bundles)
    .filter(([, { bytes }]) => bytes > BUDGET)
    .map(([name, { bytes, inputs }]) => {
      const largest = inputs.slice(0, 5).map((input) => `${input.path} ${input.bytes}`);
      return `${name} has ${bytes} bytes, ${bytes - BUDGET} too many: ${largest.join(", ")}`;
    });
}
