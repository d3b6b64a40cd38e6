/** What a provider's error means for the message. Only names of errors go on: their texts may quote addresses. */
import { SendFailure } from "../rules.ts";

/** `permanent`: names of errors after which trying again is useless. */
export function failureOf(error: unknown, permanent: string[]): SendFailure {
  const name = error instanceof Error ? error.name : "unknown";
  if (permanent.includes(name)) return new SendFailure("permanent", code(name));
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
  // The provider answered with a refusal (throttled, paused, not verified …): nothing was sent.
  if (status !== undefined && status >= 400 && status < 500) return new SendFailure("refused", code(name));
  if (status === 503) return new SendFailure("refused", code(name));
  return new SendFailure("unknown", code(name));
}

/** `MessageRejected` → `message_rejected`; anything that is not a plain name becomes `provider`. */
const code = (name: string): string =>
  /^[A-Za-z]{1,60}$/.test(name) ? name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase() : "provider";
