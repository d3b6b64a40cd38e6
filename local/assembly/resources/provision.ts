/** How resource types talk to the services that keep what they create. */
import type { AwsError } from "../../kernel.ts";
import type { ResourceContext } from "../deploy.ts";

/** Calls a service; an error whose code is in `exists` means that an earlier start made the thing already. */
export async function ensure<T = unknown>(
  ctx: ResourceContext,
  service: string,
  action: string,
  input: object,
  exists: string[] = [],
): Promise<T | null> {
  try {
    return (await ctx.cloud.call(service, action, input)) as T;
  } catch (error) {
    if (exists.includes((error as AwsError).code)) return null;
    throw error;
  }
}
