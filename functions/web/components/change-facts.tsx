/** What a budget change asks for, in words. */
import type { JSX } from "preact";
import type { CaseView } from "../../case/view.ts";
import { bucketTitle, budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { num, str } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Fact, Money, Prose } from "./bits.tsx";

type Named = { department: string; period: string; category: string };

export function ChangeFacts({ view, r }: { view: CaseView; r: Reader }): JSX.Element {
  const { content } = view;
  if (!content) return <p class="quiet">{r.t.web.case.erased}</p>;
  const { change: t, plain } = budgetTexts(r.locale);
  return (
    <dl class="facts">
      <Fact label={t.kind}>{content.kind === "transfer" ? t.transfer : t.topUp}</Fact>
      <Fact label={t.to}>{bucketTitle(content.to as Named, r.locale)}</Fact>
      {content.kind === "transfer" && (
        <Fact label={plain.from}>{bucketTitle(content.from as Named, r.locale)}</Fact>
      )}
      <Fact label={plain.amount} sum>
        <Money fen={num(content.amount)} />
      </Fact>
      <Fact label={t.reason}>
        <Prose text={str(content.reason)} />
      </Fact>
    </dl>
  );
}
