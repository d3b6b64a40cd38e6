/** The form of the cadence: the policy as texts of fields, and back. Pure. */
import type { CadencePolicy } from "../../customer/cadence-rules.ts";
import { TIERS } from "../../customer/model.ts";
import { whole } from "./form-values.ts";

export type Values = Record<string, string>;

/** The fields of a policy; the target in per cent. */
export const valuesOf = (policy: CadencePolicy): Values => ({
  ...Object.fromEntries(
    TIERS.flatMap((tier) =>
      Object.entries(policy.tiers[tier]).map(([name, value]) => [`tiers.${tier}.${name}`, String(value)]),
    ),
  ),
  firstContactDays: String(policy.firstContactDays),
  "fatigue.contacts": String(policy.fatigue.contacts),
  "fatigue.days": String(policy.fatigue.days),
  coverageTarget: String(Math.round(policy.coverageTarget * 10_000) / 100),
});

/** What was typed, by field. */
export const typedCadence = (form: URLSearchParams): Values => Object.fromEntries(form);

/** Per cent with at most two decimals as a share; NaN where it is none. */
function shareOf(text: string): number | undefined {
  const plain = text.normalize("NFKC").trim().replace(/%$/, "");
  if (plain === "") return undefined;
  return /^\d{1,3}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) / 10_000 : Number.NaN;
}

/** What the call gets. */
export const cadenceInput = (values: Values): object => ({
  version: Number(values.version),
  tiers: Object.fromEntries(
    TIERS.map((tier) => [
      tier,
      {
        count: whole(values[`tiers.${tier}.count`] ?? ""),
        unit: values[`tiers.${tier}.unit`],
        window: whole(values[`tiers.${tier}.window`] ?? ""),
        channel: values[`tiers.${tier}.channel`],
      },
    ]),
  ),
  firstContactDays: whole(values.firstContactDays ?? ""),
  fatigue: { contacts: whole(values["fatigue.contacts"] ?? ""), days: whole(values["fatigue.days"] ?? "") },
  coverageTarget: shareOf(values.coverageTarget ?? ""),
});
