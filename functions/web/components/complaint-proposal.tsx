/** What a handler proposes about a complaint, as a signer reads it. */
import type { JSX } from "preact";
import type { CaseView } from "../../case/view.ts";
import { type Disposition, INVESTIGATION_FIELDS, type Investigation } from "../../complaint/model.ts";
import { money } from "../../shared/i18n/format.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import type { Topic } from "../models/subject.ts";
import { str } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Fact, Prose } from "./bits.tsx";

type Proposed = { investigation?: Investigation; disposition?: Disposition };

/** The newest proposal; what was erased by law is missing. */
const proposedIn = (view: CaseView): Proposed =>
  (view.events.findLast((event) => event.kind === "complaint.investigated")?.data ?? {}) as Proposed;

const dispositionText = ({ type, amount }: Disposition, r: Reader): string =>
  `${wordOf(complaintWords(r.locale).dispositions, type)}${amount === undefined ? "" : ` ${money(amount)}`}`;

/** What is asked at a glance: how the complaint is answered, why, and of a notice every word. */
export function Proposal({ r, view, topic }: { r: Reader; view: CaseView; topic: Topic }): JSX.Element {
  const t = decisionTexts(r.locale);
  const words = complaintWords(r.locale);
  const { investigation, disposition } = proposedIn(view);
  return (
    <>
      {disposition && (
        <p class="small">
          <b>{dispositionText(disposition, r)}</b>
          {investigation && ` · ${words.investigation.cause}${r.locale === "en" ? ": " : "："}`}
          {investigation && <bdi>{investigation.cause}</bdi>}
        </p>
      )}
      {topic === "notice" && disposition && (
        <div class="outer">
          <p class="to">{t.noticeTo}</p>
          <p>
            <Prose text={disposition.noticeText} />
          </p>
        </div>
      )}
    </>
  );
}

/** The complaint and the investigation in full. */
export function ComplaintText({ r, view }: { r: Reader; view: CaseView }): JSX.Element {
  const t = decisionTexts(r.locale);
  const words = complaintWords(r.locale);
  const { investigation, disposition } = proposedIn(view);
  return (
    <>
      <div class="facts-group">
        <h3>{t.complained}</h3>
        <dl class="facts">
          <Fact label={wordOf(words.categories, str(view.content?.category))}>
            <Prose text={str(view.content?.description)} />
          </Fact>
        </dl>
      </div>
      {investigation && (
        <div class="facts-group">
          <h3>{t.proposal}</h3>
          <dl class="facts">
            {INVESTIGATION_FIELDS.map((field) => (
              <Fact key={field} label={words.investigation[field]}>
                <Prose text={investigation[field]} />
              </Fact>
            ))}
            {disposition && (
              <Fact label={t.noticeTo}>
                <Prose text={disposition.noticeText} />
              </Fact>
            )}
          </dl>
        </div>
      )}
    </>
  );
}
