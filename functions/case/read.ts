/** A case for somebody who asks: 404 unless they may see it. */
import { chainPolicy } from "../approval/chain-policy.ts";
import { laterSigners } from "../approval/route.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { readPolicy, roster } from "../directory/store.ts";
import { readBuckets } from "../ledger/store.ts";
import { readTax } from "../ledger/tax-year.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import { findingText } from "../shared/i18n/sections/findings.ts";
import { maySee, maySeeFindings } from "./access.ts";
import { buildView, type CaseFacts, rosterOf } from "./build-view.ts";
import type { CaseFile } from "./model.ts";
import { readCase } from "./store.ts";
import type { CaseView } from "./view.ts";

/** What a view needs beside the case, in one round trip. */
export async function caseFacts(file: CaseFile): Promise<CaseFacts> {
  const { policy, buckets: drawn, visitOn } = file.header;
  const [staff, buckets, version, tax] = await Promise.all([
    roster(shanghaiDate(now())),
    readBuckets(drawn),
    readPolicy(policy.policyId, policy.version),
    visitOn ? readTax(Number(visitOn.slice(0, 4))) : null,
  ]);
  return {
    people: new Map(staff.people.map((person) => [person.staffId, person])),
    absences: staff.absences,
    calendar: staff.calendar,
    buckets,
    policy: chainPolicy(file.header, version.document),
    tax,
  };
}

/**
 * A case that somebody may see, signers whom the route still expects included. Throws 404. `known`: the case, where the
 * caller is reading it already.
 */
export async function readVisible(
  actor: Actor,
  caseId: string,
  known: Promise<CaseFile | null> = readCase(caseId),
): Promise<CaseFile> {
  const file = await known;
  if (!file) throw notFound();
  // Who has to do with the case already needs no further reads.
  if (!maySee(actor, file)) checkVisible(actor, file, await caseFacts(file));
  return file;
}

/** Signers whom the route still expects. Throws 404. */
function checkVisible(actor: Actor, file: CaseFile, facts: CaseFacts): string[] {
  const expected = laterSigners(file, facts.policy, rosterOf(facts), now());
  if (!maySee(actor, file, expected)) throw notFound();
  return expected;
}

/** `GET /api/cases/{caseId}`, with texts in the reader's language. Throws 404. */
export async function viewCase(actor: Actor, caseId: string, locale: Locale): Promise<CaseView> {
  const file = await readCase(caseId);
  if (!file) throw notFound();
  const facts = await caseFacts(file);
  const expected = checkVisible(actor, file, facts);
  const view = buildView(file, { ...facts, tell: findingText }, now(), locale);
  return maySeeFindings(actor, file, expected) ? view : withoutFindings(view);
}

function withoutFindings(view: CaseView): CaseView {
  const events = view.events.map((event) => {
    if (event.kind !== "finding.raised") return event;
    const { data: _data, ...rest } = event;
    return rest;
  });
  return { ...view, findings: [], events };
}
