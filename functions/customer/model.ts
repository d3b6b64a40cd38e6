/** The customer as the firm keeps him (contracts/follow-ups.md "Customers"). */
import type { Locale } from "../directory/model.ts";

export const TIERS = ["A", "B", "C", "D"] as const;
export type Tier = (typeof TIERS)[number];
/** Grades of credit are named like the tiers, and are not the same thing. */
export const CREDIT_GRADES = ["A", "B", "C", "D"] as const;
export type CreditGrade = (typeof CREDIT_GRADES)[number];

/** How somebody likes to be spoken to. */
export const CONTACT_CHANNELS = ["phone", "email", "sms", "onsite"] as const;
export type ContactChannel = (typeof CONTACT_CHANNELS)[number];

/** What a customer can refuse. */
export const MESSAGE_CHANNELS = ["email", "sms"] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

export type PerChannel = Record<MessageChannel, boolean>;

export type Contact = {
  name: string;
  phone: string;
  email: string | null;
  language: Locale;
  channel: ContactChannel;
  /** Whether he agreed to planned and reminding messages. */
  consent: PerChannel;
  /** Whether they are held back: he, or somebody for him, has opted out since. */
  suppressed: PerChannel;
};

/** What a person or a file may say of a customer; the rest follows. */
export type CustomerFields = {
  name: string;
  aliases: string[];
  address: string | null;
  companyType: string | null;
  tier: Tier;
  creditGrade: CreditGrade;
  /** Staff id. */
  owner: string | null;
  contacts: Contact[];
  /** `YYYY-MM-DD`; null where there is to be no next contact, then `noNextReason` says why. */
  nextDueOn: string | null;
  noNextReason: string | null;
};

export type OptOut = { channel: MessageChannel; reason: string; at: string; by: string | null };

/** As stored. Instants are table stamps. */
export type Customer = CustomerFields & {
  customerId: string;
  /** Counts changes. */
  version: number;
  lastContactAt: string | null;
  lastContactSource: { process: string; caseId: string } | null;
  createdAt: string;
  updatedAt: string;
  /** By whom it is as it is: a staff id, null for the customer himself. */
  updatedBy: string | null;
  optOuts: OptOut[];
};

/** As clients read it. */
export type CustomerView = Omit<Customer, "createdAt" | "updatedAt" | "updatedBy" | "optOuts"> & {
  /** The share of what should be known that is known, 0–1, two decimals. */
  completeness: number;
};
