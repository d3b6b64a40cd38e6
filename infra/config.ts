/**
 * What differs between stages, from `stages` in cdk.json's context. A stage is chosen by `-c stage=NAME`.
 * Everything here ends up in the template; no function asks which stage it runs in.
 */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod";

const days = Object.values(RetentionDays).filter((value) => typeof value === "number");
const httpsUrl = z
  .url({ protocol: /^https$/ })
  .refine((url) => !url.endsWith("/"), { error: "must not end with a slash" });

const stageSchema = z
  .strictObject({
    /** Left out, the account of the credentials at hand is meant. */
    account: z
      .string()
      .regex(/^\d{12}$/, { error: "must be 12 digits" })
      .optional(),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "must be a region such as ap-southeast-1" }),
    /** Name of the firm, as the sender of mails shows it. */
    company: z.string().trim().min(1).max(60),
    mailFrom: z.email(),
    /** What SES verifies: the whole domain of mailFrom, or that one address. */
    mailIdentity: z.enum(["domain", "address"]).default("domain"),
    /** Signature registered for SMS, without brackets. */
    smsSignature: z.string().trim().min(2).max(12),
    /** Address of the site when it has a domain of its own; otherwise the API's. */
    siteUrl: httpsUrl
      // Text messages name it, and have room for no longer one (test/checks/sms.ts).
      .max(30, { error: "must have at most 30 characters" })
      .optional(),
    /** OpenID provider of the firm, instead of a Cognito user pool. Knows the site as a public client with PKCE. */
    issuer: httpsUrl.optional(),
    issuerClientId: z.string().min(1).optional(),
    /** Keeps tables, documents and users when a stack is deleted, and guards them against deletion. */
    retain: z.boolean(),
    /** Where alarms go. */
    alarmEmail: z.email().optional(),
    sweepMinutes: z.int().min(1).max(60),
    logDays: z.int().refine((value) => days.includes(value), {
      error: `must be one of ${days.filter((value) => value < 9999).join(", ")}`,
    }),
  })
  .refine((stage) => (stage.issuer === undefined) === (stage.issuerClientId === undefined), {
    path: ["issuerClientId"],
    error: "issuer and issuerClientId are given together or not at all",
  });

/** The configuration of one stage, with its name. */
export type StageConfig = z.infer<typeof stageSchema> & { name: string };

/** Configuration that cannot be deployed; the message says what to mend in cdk.json. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(`cdk.json: ${message}`);
    this.name = "ConfigError";
  }
}

/** Reads one stage from the context values `stages` and `stage`. Throws ConfigError. */
export function readStage(stages: unknown, name: unknown): StageConfig {
  const known = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/), z.unknown()).safeParse(stages);
  if (!known.success)
    throw new ConfigError('context "stages" must be an object of stages by lower-case name');
  const stageName = typeof name === "string" ? name : "laptop";
  if (!Object.hasOwn(known.data, stageName)) {
    throw new ConfigError(
      `there is no stage "${stageName}"; known are ${Object.keys(known.data).join(", ")}`,
    );
  }
  const parsed = stageSchema.safeParse(known.data[stageName]);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join(".") || "stage"}: ${message}`,
    );
    throw new ConfigError(`stage "${stageName}" is not valid\n${problems.join("\n")}`);
  }
  return { ...parsed.data, name: stageName };
}
