/** What every JSON call of signed-in staff reads the same way (contracts/README.md). */
import type { Paging } from "../case/lists.ts";
import { checkCsrf, claimedStaffId, requireSession, type Session } from "../directory/session.ts";
import type { Request } from "../shared/http.ts";

/** The session of a call that changes something: 401 first, then 403 `csrf`. */
export async function writer(request: Request): Promise<Session> {
  const session = await requireSession(request);
  checkCsrf(session, request);
  return session;
}

export const keyOf = (request: Request): { idempotencyKey?: string } => {
  const idempotencyKey = request.headers["idempotency-key"];
  return idempotencyKey ? { idempotencyKey } : {};
};

/** `?cursor=` and `?limit=` of a list. */
export function pagingOf(query: URLSearchParams): Paging {
  const cursor = query.get("cursor");
  const limit = query.get("limit");
  return { ...(cursor ? { cursor } : {}), ...(limit === null ? {} : { limit: Number(limit) }) };
}

/** Starts reads that need no more than the JSON body and the caller's id, so that they run beside his session's. */
export function beside<T>(
  request: Request,
  start: (input: unknown, staffId: string) => Promise<T>,
): Promise<T> | undefined {
  const staffId = claimedStaffId(request);
  if (staffId === null) return undefined;
  try {
    return start(request.json(), staffId);
  } catch {
    // What is wrong with the body is said after who may call.
    return undefined;
  }
}
