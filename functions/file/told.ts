/** A refused file (400) says so both as `{code, message}` and in the list that all 400 answers have. */
import { Refusal } from "../shared/errors.ts";
import type { Reply, Request } from "../shared/http.ts";
import { refusalMessage } from "../shared/i18n/messages.ts";

export async function told(request: Request, run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 400 || error.fields.length > 0) throw error;
    const { path = "", ...data } = error.data;
    const message = refusalMessage(error.code, request.locale);
    throw new Refusal(400, error.code, { ...data, errors: [{ path, code: error.code, message }] });
  }
}
