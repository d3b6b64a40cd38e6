/** What of a summary a signer may want to read in full. */
import type { JSX } from "preact";
import type { CaseView } from "../../case/view.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { actionLines, summaryIn } from "../models/summary-words.ts";
import type { Reader } from "../models/view.ts";
import { Fact, Lines, Prose } from "./bits.tsx";

export function SummaryText({ r, view }: { r: Reader; view: CaseView }): JSX.Element {
  const summary = summaryIn(view);
  const t = decisionTexts(r.locale);
  if (!summary) return <p class="quiet">{r.t.web.case.erased}</p>;
  const actions = actionLines(summary, r);
  return (
    <dl class="facts">
      {summary.conclusions !== "" && (
        <Fact label={t.conclusions}>
          <Prose text={summary.conclusions} />
        </Fact>
      )}
      {actions.length > 0 && (
        <Fact label={t.actions}>
          <Lines lines={actions} />
        </Fact>
      )}
    </dl>
  );
}
