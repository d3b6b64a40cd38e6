/** The planner: whether it is on, what its runs did, and one more run. */
import type { JSX } from "preact";
import type { RunView } from "../../planner/runs.ts";
import type { Switch } from "../../planner/store.ts";
import { exact, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { campaignTexts } from "../../shared/i18n/sections/campaigns.ts";
import { Empty, Sheet, When } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { Field, type FormState, Oops } from "../components/fields.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { casePath } from "../models/paths.ts";
import type { Reader } from "../models/view.ts";
import type { Names } from "./campaigns.tsx";

export type PlannerPage = {
  runs: RunView[];
  /** Null for whoever may not pause it. */
  pausing: Switch | null;
  names: Names;
  problems: FormState["problems"];
  message?: string;
  told: string | null;
};

export function plannerPage(r: Reader, of: PlannerPage): string {
  const t = campaignTexts(r.locale).planner;
  return page({
    r,
    title: t.title,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="planner" />
        {of.told && (
          <p class="notice" role="status">
            {of.told}
          </p>
        )}
        <Oops
          form={{ r, problems: of.problems }}
          {...(of.message === undefined ? {} : { message: of.message })}
        />
        <div class="head">
          <h1>{t.title}</h1>
          <div class="btns">
            <form method="post" action="/planner/runs">
              <input type="hidden" name="csrf" value={r.csrf ?? ""} />
              <button class="btn btn-main" type="submit">
                {t.run}
              </button>
            </form>
          </div>
        </div>
        <p class="hint">{t.about}</p>
        {of.pausing && <Pausing r={r} of={of} pausing={of.pausing} />}
        <Runs r={r} of={of} />
      </>
    ),
  });
}

function Pausing({ r, of, pausing }: { r: Reader; of: PlannerPage; pausing: Switch }): JSX.Element {
  const t = campaignTexts(r.locale).planner;
  return (
    <form class="sheet" method="post" action="/planner">
      <p>{pausing.paused ? fill(t.paused, { reason: pausing.reason ?? "" }) : t.running}</p>
      <input type="hidden" name="csrf" value={r.csrf ?? ""} />
      {!pausing.paused && (
        <Field
          form={{ r, problems: of.problems }}
          name="reason"
          label={t.pauseReason}
          value=""
          maxLength={500}
        />
      )}
      <div class="btns">
        <button class="btn" type="submit" name="act" value={pausing.paused ? "resume" : "pause"}>
          {pausing.paused ? t.resume : t.pause}
        </button>
      </div>
    </form>
  );
}

/** Runs that are told in detail, and customers of each: whoever wants all of them has the list of follow-ups. */
const TOLD_RUNS = 7;
const TOLD_CUSTOMERS = 50;

/** What the page tells of the newest runs that did something. */
export const detailsOf = (runs: RunView[]) =>
  runs
    .filter(({ assignments, skipped }) => assignments.length + skipped.length > 0)
    .slice(0, TOLD_RUNS)
    .map(({ runId, at, assignments, skipped }) => {
      const told = {
        runId,
        at,
        assignments: assignments.slice(0, TOLD_CUSTOMERS),
        skipped: skipped.slice(0, TOLD_CUSTOMERS),
      };
      return {
        ...told,
        more: assignments.length + skipped.length - told.assignments.length - told.skipped.length,
        customerIds: [...told.assignments, ...told.skipped].map((one) => one.customerId),
      };
    });

function Runs({ r, of }: { r: Reader; of: PlannerPage }): JSX.Element {
  const texts = campaignTexts(r.locale);
  const t = texts.planner;
  if (of.runs.length === 0)
    return (
      <Empty>
        <p>{t.noRuns}</p>
      </Empty>
    );
  return (
    <>
      <Sheet id="runs" title={t.runs}>
        <Table
          label={t.runs}
          columns={[
            { heading: t.at },
            ...[t.due, t.created, t.existing, t.skipped].map((heading) => ({ heading, numeric: true })),
          ]}
          rows={of.runs.map(({ at, due, created, existing, skipped }) => [
            <When at={at} r={r} />,
            due,
            created,
            existing,
            skipped.length,
          ])}
        />
      </Sheet>
      {detailsOf(of.runs).map(({ runId, at, assignments, skipped, more }, index) => (
        <details class="more sheet" key={runId} open={index === 0}>
          <summary>{fill(t.details, { at: when(at, r.now, r.locale) })}</summary>
          {assignments.length > 0 && (
            <Table
              label={fill(t.details, { at: exact(at, r.locale) })}
              columns={[{ heading: texts.customer }, { heading: texts.why }]}
              rows={assignments.map(({ caseId, customerId, reason }) => [
                <a href={casePath(caseId)}>{of.names(customerId)}</a>,
                <bdi>{reason}</bdi>,
              ])}
            />
          )}
          {skipped.length > 0 && (
            <Table
              label={texts.skipped}
              columns={[{ heading: texts.skipped }, { heading: texts.reason }]}
              rows={skipped.map(({ customerId, reason }) => [
                <a href={`/customers/${encodeURIComponent(customerId)}`}>{of.names(customerId)}</a>,
                texts.skips[reason],
              ])}
            />
          )}
          {more > 0 && (
            <p class="hint">
              {fill(t.moreOf, { n: more })} <a href="/follow-ups">{t.toList}</a>
            </p>
          )}
        </details>
      ))}
    </>
  );
}
