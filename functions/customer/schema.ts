/** What people send about customers (contracts/follow-ups.md). Issues carry our own codes (shared/validate.ts). */
import * as z from "zod";
import { type FieldError, invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { isEmail } from "../shared/plain.ts";
import { date, fieldErrors, line, list, phone, text, wholeNumber } from "../shared/validate.ts";
import { type CadencePolicy, intervalDays, UNIT_DAYS } from "./cadence-rules.ts";
import { CONTACT_CHANNELS, CREDIT_GRADES, MESSAGE_CHANNELS, TIERS } from "./model.ts";
import { isCustomerId, MAX } from "./rules.ts";

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: (issue) => (issue.input === undefined ? "required" : "choose") });
const flag = () => z.boolean({ error: "choose" });
/** Left out or empty is unknown. */
const known = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === "" ? null : value), type.nullish());
const orNull = <T extends z.ZodType>(type: T) => known(type).transform((value) => value ?? null);
const email = () => line(254).refine(isEmail, { error: "email" });
const perChannel = () => z.strictObject({ email: flag(), sms: flag() });

const contact = () =>
  z.strictObject({
    name: line(MAX.contactName),
    phone: phone(),
    email: orNull(email()),
    language: choice(["zh-CN", "en"]).default("zh-CN"),
    channel: choice(CONTACT_CHANNELS).default("phone"),
    consent: z
      .strictObject({ email: flag().default(true), sms: flag().default(true) })
      .default({ email: true, sms: true }),
    suppressed: perChannel().optional(),
  });

const contacts = () =>
  z
    .array(contact(), { error: (issue) => (issue.input === undefined ? "required" : "invalid") })
    .min(1, { error: "required" })
    .max(MAX.contacts, { error: `too_many:${MAX.contacts}` });

const FIELDS = {
  name: () => line(MAX.name),
  aliases: () => list(line(MAX.name), MAX.aliases),
  address: () => known(line(MAX.address)),
  companyType: () => known(line(MAX.companyType)),
  tier: () => choice(TIERS),
  creditGrade: () => choice(CREDIT_GRADES),
  owner: () => known(line(60)),
  contacts,
  nextDueOn: () => known(date()),
};

const entry = lazy(() =>
  z.strictObject({
    customerId: line(MAX.customerId).refine(isCustomerId, { error: "invalid" }).optional(),
    name: FIELDS.name(),
    aliases: FIELDS.aliases().default([]),
    address: orNull(line(MAX.address)),
    companyType: orNull(line(MAX.companyType)),
    tier: FIELDS.tier(),
    creditGrade: FIELDS.creditGrade().default("C"),
    owner: orNull(line(60)),
    contacts: FIELDS.contacts(),
    nextDueOn: orNull(date()),
  }),
);

/** What follows by itself may be sent back as it was read. */
export const DERIVED = ["customerId", "lastContactAt", "lastContactSource", "completeness"] as const;

const change = lazy(() =>
  z
    .strictObject({
      version: wholeNumber(1, 999_999_999),
      ...Object.fromEntries(DERIVED.map((name) => [name, z.unknown().optional()])),
      noNextReason: known(text(500)),
    })
    .extend({
      name: FIELDS.name().optional(),
      aliases: FIELDS.aliases().optional(),
      address: FIELDS.address(),
      companyType: FIELDS.companyType(),
      tier: FIELDS.tier().optional(),
      creditGrade: FIELDS.creditGrade().optional(),
      owner: FIELDS.owner(),
      contacts: FIELDS.contacts().optional(),
      nextDueOn: FIELDS.nextDueOn(),
    }),
);

const optOut = lazy(() => z.strictObject({ channel: choice(MESSAGE_CHANNELS), reason: text(500) }));

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  return parsed.data;
}

export type Entry = z.infer<ReturnType<typeof entry>>;
export type Change = z.infer<ReturnType<typeof change>>;

export const readEntry = (input: unknown): Entry => read(entry(), input);
export const readChange = (input: unknown): Change => read(change(), input);
export const readOptOut = (input: unknown) => read(optOut(), input);

// ---- the cadence policy

const cadence = lazy(() => {
  const tier = () =>
    z.strictObject({
      count: wholeNumber(1, 365),
      unit: choice(Object.keys(UNIT_DAYS) as [keyof typeof UNIT_DAYS]),
      window: wholeNumber(1, 60),
      channel: choice(CONTACT_CHANNELS),
    });
  return z.strictObject({
    version: wholeNumber(0, 999_999),
    tiers: z.strictObject({ A: tier(), B: tier(), C: tier(), D: tier() }),
    firstContactDays: wholeNumber(1, 60),
    fatigue: z.strictObject({ contacts: wholeNumber(1, 100), days: wholeNumber(1, 365) }),
    coverageTarget: z
      .number({ error: "number" })
      .min(0, { error: "at_least:0" })
      .max(1, { error: "at_most:1" }),
  });
});

/** A policy with the version that it follows. Throws 400; a tier that would be called on more than once a day is none. */
export function readCadence(input: unknown): { version: number; policy: CadencePolicy } {
  const { version, ...policy } = read(cadence(), input);
  const tooOften = TIERS.flatMap((tier): FieldError[] =>
    intervalDays(policy.tiers[tier]) < 1
      ? [
          {
            path: `tiers.${tier}.count`,
            code: "at_most",
            params: { max: UNIT_DAYS[policy.tiers[tier].unit] },
          },
        ]
      : [],
  );
  if (tooOften.length > 0) throw invalid(...tooOften);
  return { version, policy };
}
