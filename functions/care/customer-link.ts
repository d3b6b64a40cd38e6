/**
 * The link in the mail with the notice: the customer says whether he agrees without showing anything else. It opens as
 * often as he likes, only a press decides; it shows what is addressed to him and nothing of the inside.
 */
import type { CaseFile, LinkItem, Seat, Step } from "../case/model.ts";
import { changeCase, putMessage, putSeat, readCase } from "../case/store.ts";
import { answerAsCustomer, customerBeside } from "../complaint/answering.ts";
import { CUSTOMER, toCustomer } from "../complaint/customer.ts";
import { type ComplaintCase, isComplaint, readAround } from "../complaint/write.ts";
import { now, stamp, toApi } from "../shared/clock.ts";
import { conflict, notFound, Refusal } from "../shared/errors.ts";
import { ConditionFailed, early } from "../shared/table.ts";
import { isNonceFor, issueNonce, LINK_LIFE_MS, linkKeys, type Shown } from "../step/links.ts";
import type { Decision } from "../step/model.ts";
import { linkWrite } from "../step/open.ts";
import { NONCE_LABEL, useNonce } from "../step/store.ts";
import { commentOn, noticeOf } from "./customer-view.ts";

export type CustomerLink = {
  state: "open" | "decided" | "void" | "expired";
  caseId: string;
  /** How the step ended, where it did, when, and what he wrote. */
  outcome: string | null;
  endedAt: string | null;
  comment: string;
  /** Null once erased by law. */
  notice: string | null;
  dueAt: string;
  nonce: string;
};

type Found = { file: ComplaintCase; step: Step; seat: Seat | undefined };

async function find(item: LinkItem): Promise<Found> {
  return place(await readCase(item.caseId), item);
}

function place(file: CaseFile | null, { stepId }: LinkItem): Found {
  const step = file?.steps.find((one) => one.stepId === stepId);
  if (!isComplaint(file) || !step) throw notFound();
  return {
    file,
    step,
    seat: file.seats.find((one) => one.stepId === stepId && one.staffId === CUSTOMER),
  };
}

/** Moved on wins over decided, decided over outdated, outdated over expired; as for colleagues (step/link.ts). */
function stateOf({ step, seat }: Found, { version }: LinkItem, at: number): CustomerLink["state"] {
  if (step.status === "void") return "void";
  if (step.status === "done") return "decided";
  if (!seat || seat.link.version !== version) return "void";
  return Date.parse(seat.link.expiresAt) <= at ? "expired" : "open";
}

const shownOf = (link: string, { header }: CaseFile): Shown => ({
  link,
  contentHash: header.contentHash,
  revision: header.revision,
});

/** Changes nothing. Throws 404. */
export async function openCustomerLink(link: string, item: LinkItem): Promise<CustomerLink> {
  const [found, keys] = await Promise.all([find(item), linkKeys()]);
  const { file, step } = found;
  const at = now();
  return {
    state: stateOf(found, item, at),
    caseId: file.header.caseId,
    outcome: step.outcome,
    endedAt: step.endedAt ? toApi(step.endedAt) : null,
    comment: commentOn(file, step),
    notice: noticeOf(file, step),
    dueAt: toApi(step.dueAt),
    nonce: issueNonce(keys, shownOf(link, file), at),
  };
}

/** What the form of a link's page sends; other names are nobody's. */
const FIELDS = ["nonce", "choice", "comment", "csat"];

/**
 * `form`: `nonce`, `choice`, `comment`, `csat`. Throws 409 `already_decided`, `stale`, 410 `expired`, 400 by field.
 * `fresh`: a new link was mailed to the address that he gave.
 */
export async function actOnCustomerLink(
  link: string,
  item: LinkItem,
  form: Record<string, string>,
): Promise<Decision | { fresh: true }> {
  const { nonce = "", choice = "", comment = "", csat = "" } = form;
  const strange = Object.keys(form).filter((name) => !FIELDS.includes(name));
  const mark = /^\d$/.test(csat) ? Number(csat) : csat;
  const input = {
    choice,
    comment,
    ...(csat === "" ? {} : { data: { csat: mark } }),
    ...Object.fromEntries(strange.map((name) => [name, form[name]])),
  };
  const beside = early(readAround().then(customerBeside));
  const [found, keys] = await Promise.all([find(item), linkKeys()]);
  const state = stateOf(found, item, now());
  if (state === "void") throw conflict("stale");
  if (state === "expired") {
    if (choice !== "fresh-link") throw new Refusal(410, "expired");
    return sendFresh(link, item, nonce);
  }
  return answerAsCustomer(item.stepId, input, {
    door: { via: "link", nonce, isFresh: (file) => isNonceFor(keys, nonce, shownOf(link, file)) },
    known: Promise.resolve(found.file),
    beside,
  });
}

/** Version + 1 to the address of the complaint; the old link is void from then on. */
async function sendFresh(link: string, item: LinkItem, nonce: string): Promise<{ fresh: true }> {
  const keys = await linkKeys();
  try {
    return await changeCase(item.caseId, (file, at) => {
      const { step, seat } = place(file, item);
      if (step.status !== "open" || !seat || seat.link.version !== item.version) throw conflict("stale");
      if (!isNonceFor(keys, nonce, shownOf(link, file))) throw conflict("stale");
      const version = item.version + 1;
      const renewed: Seat = {
        ...seat,
        link: { kid: keys.current, version, expiresAt: stamp(at + LINK_LIFE_MS) },
      };
      const mails = toCustomer(file.content, {
        caseId: item.caseId,
        kind: "complaint.notice",
        key: `${step.stepId}-v${version}`,
        stepId: step.stepId,
        at,
      }).filter((message) => message.channel === "email");
      return {
        result: { fresh: true as const },
        events: [{ kind: "link.renewed", by: CUSTOMER, via: "link", stepId: step.stepId, data: { version } }],
        writes: [
          putSeat(renewed),
          linkWrite(keys, renewed),
          useNonce(item.caseId, nonce, at),
          ...mails.map(putMessage),
        ],
      };
    });
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(NONCE_LABEL)) throw conflict("stale");
    throw error;
  }
}
