/** A complaint by the customer himself or written down by a colleague: the limits, the check of the form, the case. */
import { type Opened, openComplaint, readIntakeBasis } from "../complaint/open-case.ts";
import { readComplaint } from "../complaint/schema.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { normalisedPhone } from "../message/sms-rules.ts";
import { type Answer, type Idempotency, keyed, once } from "../shared/idempotency.ts";
import { early } from "../shared/table.ts";
import { partyOf } from "./limit-rules.ts";
import { giveBackAll, refuseShut, type Taken, takeAll } from "./limits.ts";
import { complaintsFromSource, complaintsOfPhone, keptPolicy } from "./policy.ts";

/** What the caller is told; the hint at duplicates is for colleagues alone. */
export type Filed = Omit<Opened, "possibleDuplicates"> & { possibleDuplicates?: string[] };

export type Filing = {
  input: unknown;
  /** Null: the customer, without a session. */
  actor: Actor | null;
  /** The reader's language, where the body names none. */
  locale: Locale;
  /** The address that the call came from. */
  sourceIp: string;
  /** Of `startKey`. */
  key: Idempotency | null;
};

const ROUTE = "POST /api/complaints";
/** In whose name answers to keys of customers are kept: the key alone tells their calls apart. */
const ANYBODY = "public";

/** What the policy and the calendar say, started before it is known who calls. */
export type Basis = ReturnType<typeof readIntakeBasis>;
export const startBasis = (): Basis => early(readIntakeBasis());

/** Whoever was just told that he comes too often is told so again before anything is read. Throws 429 `too_soon`. */
export async function refuseAgain(sourceIp: string): Promise<void> {
  const source = partyOf(sourceIp);
  if (source !== null) await refuseShut([{ limit: complaintsFromSource(await keptPolicy()), who: source }]);
}

/** The key of a call, its read started before it is known whether who calls is who his cookie says: null for nobody. */
export const startKey = (
  claimed: string | null,
  input: unknown,
  idempotencyKey: string | undefined,
): Idempotency | null => keyed(idempotencyKey, { staffId: claimed ?? ANYBODY, route: ROUTE, body: input });

/** 201. Throws 400 by field, 429 `too_soon` for customers, 409 `idempotency_mismatch`. */
export async function fileComplaint(filing: Filing, basis: Basis): Promise<Answer<Filed>> {
  const { input, actor, locale } = filing;
  const started = filing.key;
  // A cookie that is no longer good names nobody.
  const key =
    started === null || started.staffId === (actor?.staffId ?? ANYBODY)
      ? started
      : startKey(actor?.staffId ?? null, input, started.key);
  const [known, [place]] = await Promise.all([
    basis,
    Promise.allSettled([actor ? Promise.resolve([]) : takePlace(filing)]),
  ]);
  let isNew = false;
  try {
    return await once<Filed>(key, async (extra) => {
      // Here, and not before: the same complaint sent twice is answered although there is no room for another.
      if (place.status === "rejected") throw place.reason;
      const policy = known.policy.document;
      const complaint = readComplaint(input, { staff: actor !== null, locale }, policy);
      const { status, body } = await openComplaint({
        complaint,
        by: actor,
        basis: known,
        extra: (answer) => extra({ status: answer.status, body: told(answer.body, actor) }),
      });
      isNew = true;
      return { status, body: told(body, actor) };
    });
  } finally {
    // Only a complaint that came to be counts: neither one that was refused nor the same one sent twice.
    if (!isNew && place.status === "fulfilled") await giveBackAll(place.value);
  }
}

const told = ({ possibleDuplicates, ...body }: Opened, actor: Actor | null): Filed =>
  actor ? { ...body, possibleDuplicates } : body;

/** Takes a place among the complaints of this hour, for the phone and for the address. Throws 429 `too_soon`. */
async function takePlace({ input, sourceIp }: Filing): Promise<Taken[]> {
  const policy = await keptPolicy();
  const phone = phoneIn(input);
  const source = partyOf(sourceIp);
  return takeAll([
    ...(phone === null ? [] : [{ limit: complaintsOfPhone(policy), who: phone }]),
    ...(source === null ? [] : [{ limit: complaintsFromSource(policy), who: source }]),
  ]);
}

/** The phone of a body that nobody has checked yet; one that cannot be a phone will be refused anyway. */
function phoneIn(input: unknown): string | null {
  const phone: unknown = Reflect.get(Object(input), "complainantPhone");
  const normal = typeof phone === "string" && phone.length <= 60 ? normalisedPhone(phone) : "";
  return normal === "" ? null : normal;
}
