/** A step by its link: every state of its page, the decision, and the fresh link of an expired one (MECHANICS §4). */
import { buildView } from "../case/build-view.ts";
import type { CaseFile, LinkItem, Seat, Step } from "../case/model.ts";
import { caseFacts } from "../case/read.ts";
import { changeCase, put, putMessage, putSeat, readCase, sk } from "../case/store.ts";
import type { CaseView, StepView, VoteView } from "../case/view.ts";
import type { Person } from "../directory/model.ts";
import type { Session } from "../directory/session.ts";
import { readPeople } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, forbidden, notFound, Refusal } from "../shared/errors.ts";
import { ConditionFailed, getItem } from "../shared/table.ts";
import { type Decision, decide } from "./act.ts";
import {
  isNonceFor,
  issueNonce,
  LINK_LIFE_MS,
  type LinkKeys,
  linkKey,
  linkKeys,
  type Shown,
} from "./links.ts";
import { linkWrite } from "./open.ts";
import { countedVotes } from "./rules.ts";

export type LinkState = "open" | "decided" | "void" | "expired";

export type LinkPage = {
  state: LinkState;
  view: CaseView;
  step: StepView;
  viewer: Person;
  /** For the form of an open or an expired link. */
  nonce: string | null;
  /** What this person voted, if so. */
  mine: VoteView | null;
};

type Opened = {
  item: LinkItem;
  file: CaseFile;
  step: Step;
  seat: Seat | undefined;
  viewer: Person;
  keys: LinkKeys;
};

/** The session of who opens a link; while it is still being read, the link is read beside it. */
export type Opener = Session | null | Promise<Session | null>;

/** Link, then session: 404 for unknown ids, 403 `wrong_person` for somebody else's session. */
async function open(link: string, opener: Opener): Promise<Opened> {
  if (!/^[\w-]{43,}$/.test(link)) throw notFound();
  const [item, session, keys] = await Promise.all([
    getItem(env("CASES_TABLE"), linkKey(link)) as Promise<LinkItem | null>,
    opener,
    linkKeys(),
  ]);
  if (!item) throw notFound();
  if (session && session.actor.staffId !== item.staffId) throw forbidden("wrong_person");
  const [file, staff] = await Promise.all([readCase(item.caseId), readPeople([item.staffId])]);
  const step = file?.steps.find((one) => one.stepId === item.stepId);
  const viewer = staff.get(item.staffId);
  if (!file || !step || !viewer) throw notFound();
  if (!viewer.active) throw forbidden("not_allowed");
  const seat = file.seats.find((one) => one.stepId === item.stepId && one.staffId === item.staffId);
  return { item, file, step, seat, viewer, keys };
}

/** What a link shows now. Decided wins over outdated, outdated over expired. */
function stateOf({ item, file, step, seat }: Opened, at: number): LinkState {
  if (step.status === "void") return "void";
  if (step.status === "done") return "decided";
  if (!seat || seat.link.version !== item.version || step.contentHash !== file.header.contentHash)
    return "void";
  if (countedVotes(step, file.votes).some((vote) => vote.by === item.staffId)) return "decided";
  return Date.parse(seat.link.expiresAt) <= at ? "expired" : "open";
}

const shownOf = (link: string, file: CaseFile): Shown => ({
  link,
  contentHash: file.header.contentHash,
  revision: file.header.revision,
});

/** The page of a link. Changes nothing. Throws 404, 403. */
export async function openLink(link: string, opener: Opener): Promise<LinkPage> {
  const opened = await open(link, opener);
  const { file, viewer, keys } = opened;
  const at = now();
  const state = stateOf(opened, at);
  const view = buildView(file, await caseFacts(file), at);
  const step = view.steps.find((one) => one.stepId === opened.step.stepId);
  if (!step) throw notFound();
  return {
    state,
    view,
    step,
    viewer,
    nonce: state === "open" || state === "expired" ? issueNonce(keys, shownOf(link, file), at) : null,
    mine: step.votes.find((vote) => vote.by.staffId === viewer.staffId) ?? null,
  };
}

/**
 * A POST on a link: the form's `nonce`, `choice`, `comment`. Throws 409 `already_decided`, `already_voted`, `stale`,
 * 410 `expired`, 400 by field. `fresh` = a new link was mailed to the registered address.
 */
export async function actByLink(
  link: string,
  opener: Opener,
  form: Record<string, string>,
): Promise<Decision | { fresh: true }> {
  const opened = await open(link, opener);
  const { viewer, keys, item } = opened;
  const { nonce = "", ...rest } = form;
  const state = stateOf(opened, now());
  if (state === "void") throw conflict("stale");
  if (state === "expired") {
    if (rest.choice !== "fresh-link") throw new Refusal(410, "expired");
    return sendFreshLink(opened, link, nonce);
  }
  const { body } = await decide(
    viewer,
    opened.file,
    item.stepId,
    rest,
    {
      via: "link",
      nonce,
      isFresh: (file) => isNonceFor(keys, nonce, shownOf(link, file)),
    },
    () => [],
  );
  return body;
}

/** Version + 1 to the registered address; the old link is void from then on. */
async function sendFreshLink(opened: Opened, link: string, nonce: string): Promise<{ fresh: true }> {
  const { item, viewer, keys } = opened;
  try {
    return await changeCase(item.caseId, (file, at) => {
      const step = file.steps.find((one) => one.stepId === item.stepId);
      const seat = file.seats.find((one) => one.stepId === item.stepId && one.staffId === item.staffId);
      if (step?.status !== "open" || !seat || seat.link.version !== item.version) throw conflict("stale");
      if (!isNonceFor(keys, nonce, shownOf(link, file))) throw conflict("stale");
      const version = item.version + 1;
      const renewed: Seat = {
        ...seat,
        link: { kid: keys.current, version, expiresAt: stamp(at + LINK_LIFE_MS) },
      };
      return {
        result: { fresh: true as const },
        events: [
          {
            kind: "link.renewed",
            by: viewer.staffId,
            via: "link" as const,
            stepId: step.stepId,
            data: { version },
          },
        ],
        writes: [
          putSeat(renewed),
          linkWrite(keys, renewed),
          put(
            item.caseId,
            sk.nonce(nonce),
            { v: 1, expiresAt: Math.floor(at / 1000) + 30 * 86_400 },
            { label: "nonce", mustBeNew: true },
          ),
          putMessage(
            newMessage({
              caseId: item.caseId,
              kind: "approval.request",
              to: viewer.staffId,
              channel: "email",
              locale: viewer.locale,
              stepId: step.stepId,
              at,
              key: `${step.stepId}-v${version}`,
            }),
          ),
        ],
      };
    });
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes("nonce")) throw conflict("stale");
    throw error;
  }
}
