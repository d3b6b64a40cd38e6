/** 接待清单: who was received, what it cost, and the line to sign on; made for paper. */
import type { JSX } from "preact";
import type { CaseView } from "../../case/view.ts";
import type { ListPerson } from "../../reception/list.ts";
import type { Settlement } from "../../reception/settlement-schema.ts";
import { exact } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { type SettlementTexts, settlementTexts } from "../../shared/i18n/sections/settlement.ts";
import { Money, Scroll, Sheet } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { isolate, str, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { CostTable, visitOf } from "./settlement.tsx";

/** `people` null: nobody has written the list yet. */
export function receptionListPage(r: Reader, view: CaseView, people: ListPerson[] | null): string {
  const texts = settlementTexts(r.locale);
  const { settlement, content } = view;
  const mine = view.createdBy.staffId === r.actor?.staffId && view.phase === "settlement";
  const department = str(content?.costDepartment) || view.department;
  return page({
    r,
    title: fill(texts.listOf, { title: isolate(view.title) }),
    children: (
      <>
        <div class="head">
          <p class="kicker">{visitOf(view, texts, r)}</p>
          <h1>{fill(texts.listOf, { title: isolate(view.title) })}</h1>
        </div>
        <Sheet id="guests" title={texts.guests}>
          {people ? (
            <People people={people} texts={texts} />
          ) : (
            <p class="quiet">
              {texts.noPeople}{" "}
              {mine && <a href={`/receptions/${view.caseId}/settlement#people`}>{texts.fill}</a>}
            </p>
          )}
        </Sheet>
        <Sheet id="costs" title={texts.costs}>
          {settlement?.data ? (
            <CostTable
              data={settlement.data as Settlement}
              texts={texts}
              r={r}
              charged={settlement.charged}
            />
          ) : (
            <Planned view={view} texts={texts} r={r} />
          )}
          <p class="kicker">
            {texts.department} {word(r.t.words.departments, department)}
          </p>
        </Sheet>
        <section class="sheet sign" aria-label={texts.sign}>
          <p>
            {texts.sign} <span class="sign-line" />
          </p>
          <p>
            {texts.signDate} <span class="sign-line" />
          </p>
        </section>
        <p class="hint btns">{texts.printHint}</p>
      </>
    ),
  });
}

const People = ({ people, texts }: { people: ListPerson[]; texts: SettlementTexts }): JSX.Element => (
  <Scroll label={texts.guests}>
    <table class="data">
      <thead>
        <tr>
          <th scope="col">{texts.short.unit}</th>
          <th scope="col">{texts.short.name}</th>
          <th scope="col">{texts.short.post}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((one, index) => (
          <tr key={index}>
            <td>
              <bdi>{one.unit}</bdi>
            </td>
            <td>
              <bdi>{one.name}</bdi>
            </td>
            <td>
              <bdi>{one.post}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

/** Before the settlement: what was approved. */
function Planned({ view, texts, r }: { view: CaseView; texts: SettlementTexts; r: Reader }): JSX.Element {
  const { content } = view;
  const at = (value: unknown) => (str(value) === "" ? texts.none : exact(str(value), r.locale));
  return (
    <Scroll label={texts.costs}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">{texts.short.item}</th>
            <th scope="col">{texts.time}</th>
            <th scope="col">{texts.short.place}</th>
            <th scope="col" class="num">
              {texts.cost}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>{texts.planned}</td>
            <td>{at(content?.arriveAt)}</td>
            <td>
              <bdi>{str(content?.hotelName) || str(content?.toPlace)}</bdi>
            </td>
            <td class="num">
              <Money fen={view.amount} />
            </td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}
