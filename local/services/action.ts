/** Small things that the services share. */
import type * as z from "zod";
import type { Action, Call, RawAnswer, Service } from "../kernel.ts";

/** One action whose `run` is typed by its input schema. */
export function action<S extends z.ZodType>(
  input: S,
  run: (input: z.infer<S>, call: Call) => unknown,
  route?: string,
): Action {
  return { input, run, ...(route ? { route } : {}) };
}

/** The error code at which the gateway cuts the connection: the caller never learns what happened. */
export const CONNECTION_LOST = "ConnectionLost";

/** What a service may have beyond the kernel's shape. */
export type EdgeService = Service & {
  /** Answers a request as it came, before any codec sees it. */
  raw?(call: WireCall): Promise<RawAnswer>;
  /** Headers that go with every answer to this request, errors included. */
  edgeHeaders?(http: WireCall["http"]): Record<string, string>;
};

/** A call with its HTTP request. */
export type WireCall = Call & { http: NonNullable<Call["http"]> };

/** The name in an ARN of a function, queue, state machine …, or the name itself. An alias or version is dropped. */
export function nameOf(arn: string): string {
  return arn.startsWith("arn:")
    ? (arn.split(":")[arn.includes(":lambda:") ? 6 : arn.split(":").length - 1] ?? arn)
    : arn;
}
