/** What a schedule is made of. */
import * as z from "zod";

/** Names of schedules and groups. */
export const Name = z
  .string()
  .regex(/^[0-9a-zA-Z\-_.]{1,64}$/, "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$");
/** Seconds since the epoch. */
const Instant = z.union([
  z.number(),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) / 1000),
]);
const Target = z.looseObject({
  Arn: z.string().min(1).max(1600),
  RoleArn: z.string().min(1).max(1600),
  Input: z.string().min(1).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86400).default(86400),
      MaximumRetryAttempts: z.number().int().min(0).max(185).default(185),
    })
    .optional(),
});
/** CreateSchedule without its token; templates write instants as text. */
export const Definition = z.object({
  Name,
  GroupName: Name.default("default"),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default("UTC"),
  StartDate: Instant.optional(),
  EndDate: Instant.optional(),
  Description: z.string().max(512).default(""),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  FlexibleTimeWindow: z.object({
    Mode: z.enum(["OFF", "FLEXIBLE"]),
    MaximumWindowInMinutes: z.number().int().min(1).max(1440).optional(),
  }),
  ActionAfterCompletion: z.enum(["NONE", "DELETE"]).default("NONE"),
  Target,
});
export type ScheduleDefinition = z.infer<typeof Definition>;
