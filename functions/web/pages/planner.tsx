/** The planner: whether it is on, what its runs did, and one more run. */
import type { JSX } from "preact";
import type { RunView } from "../../planner/runs.ts";
import type { Switch } from "../../planner/store.ts";
import { exact } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { campaignTexts } from "../../shared/i18n/sections/campaigns.ts";
import { Empty, Sheet, When } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { Field, type FormState, Oops } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { casePath } from "../models/paths.ts";
import type { Reader } from "../models/view.ts";

export type PlannerPage = {
  runs: RunView[];
  /** Null for whoever may not pause it. */
  pausing: Switch | null;
  keepsCadence: boolean;
  problems: FormState["problems"];
  message?: string;
  told: string | null;
};

export function plannerPage(r: Reader, of: PlannerPage): string {
  const t = campaignTexts(r.locale).planner;
  return page({
    r,
    title: t.title,
    children: (
      <div class="stack">
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
            <a class="btn" href="/campaigns">
              {t.newCampaign}
            </a>
            {of.keepsCadence && (
              <a class="btn" href="/policies/cadence">
                {t.cadence}
              </a>
            )}
          </div>
        </div>
        <p class="hint">{t.about}</p>
        {of.pausing && <Pausing r={r} of={of} pausing={of.pausing} />}
        <Runs r={r} runs={of.runs} />
      </div>
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

function Runs({ r, runs }: { r: Reader; runs: RunView[] }): JSX.Element {
  const texts = campaignTexts(r.locale);
  const t = texts.planner;
  if (runs.length === 0)
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
          rows={runs.map(({ at, due, created, existing, skipped }) => [
            <When at={at} r={r} />,
            due,
            created,
            existing,
            skipped.length,
          ])}
        />
      </Sheet>
      {runs
        .filter(({ assignments, skipped }) => assignments.length + skipped.length > 0)
        .map(({ runId, at, assignments, skipped }) => (
          <details class="more" key={runId}>
            <summary>{fill(t.details, { at: exact(at, r.locale) })}</summary>
            {assignments.length > 0 && (
              <Table
                label={fill(t.details, { at: exact(at, r.locale) })}
                columns={[{ heading: texts.customer }, { heading: texts.why }]}
                rows={assignments.map(({ caseId, customerId, reason }) => [
                  <a href={casePath(caseId)}>{customerId}</a>,
                  <bdi>{reason}</bdi>,
                ])}
              />
            )}
            {skipped.length > 0 && (
              <Table
                label={texts.skipped}
                columns={[{ heading: texts.customer }, { heading: texts.reason }]}
                rows={skipped.map(({ customerId, reason }) => [customerId, texts.skips[reason]])}
              />
            )}
          </details>
        ))}
    </>
  );
}
