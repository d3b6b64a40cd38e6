/** Campaigns: choosing customers, what would come of it, how far it is, and what became of it. */
import type { JSX } from "preact";
import { CONTACT_CHANNELS, TIERS } from "../../customer/model.ts";
import type { Person } from "../../directory/model.ts";
import type { CampaignView, Preview } from "../../planner/campaigns.ts";
import type { Skip } from "../../planner/model.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { campaignTexts } from "../../shared/i18n/sections/campaigns.ts";
import { Bar, Fact, Sheet, share } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

type Wrong = { problems: FormState["problems"]; message?: string };

const NEW = "/campaigns";
const pathOf = (campaignId: string): string => `${NEW}/${encodeURIComponent(campaignId)}`;

/** `values`: what stands in the fields, by their names. */
export function newCampaignPage(
  r: Reader,
  { values, people, problems, message }: Wrong & { values: Record<string, string>; people: Person[] },
): string {
  const texts = campaignTexts(r.locale);
  const t = texts.campaign;
  const form: FormState = { r, problems };
  const field = (name: string, label: string, more: object = {}) => (
    <Field form={form} name={name} label={label} value={values[name] ?? ""} {...more} />
  );
  const owners = people
    .filter((person) => person.active && person.roles.includes("agent"))
    .map(({ staffId, name }) => ({ value: staffId, label: name }));
  return page({
    r,
    title: t.title,
    narrow: true,
    children: (
      <>
        <Oops form={form} {...(message === undefined ? {} : { message })} />
        <div class="head">
          <h1>{t.title}</h1>
        </div>
        <form class="sheet" method="post" action={NEW}>
          <p class="quiet">{t.about}</p>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          {field("name", t.name, { maxLength: 100 })}
          <Choices
            form={form}
            name="of"
            legend={t.of}
            options={[
              { value: "select", label: t.byFilter },
              { value: "ids", label: t.byId },
            ]}
            chosen={[values.of ?? "select"]}
          />
          <Select
            form={form}
            name="tier"
            label={t.tier}
            value={values.tier ?? ""}
            groups={[
              {
                options: [
                  { value: "", label: t.anyTier },
                  ...TIERS.map((tier) => ({ value: tier, label: tier })),
                ],
              },
            ]}
            optional
          />
          <Select
            form={form}
            name="owner"
            label={t.owner}
            value={values.owner ?? ""}
            groups={[{ options: [{ value: "", label: t.anyOwner }, ...owners] }]}
            optional
          />
          {field("q", t.q, { maxLength: 100, optional: true })}
          {field("customerIds", t.customerIds, { rows: 3, hint: t.customerIdsHint, optional: true })}
          <Select
            form={form}
            name="channel"
            label={t.channel}
            value={values.channel ?? "phone"}
            groups={[
              { options: CONTACT_CHANNELS.map((one) => ({ value: one, label: texts.channels[one] })) },
            ]}
          />
          {field("questions", t.questions, { rows: 4, hint: t.questionsHint, optional: true })}
          {field("plannedOn", t.plannedOn, { type: "date" })}
          {field("dueOn", t.dueOn, { type: "date" })}
          <div class="btns">
            <button class="btn btn-main" type="submit">
              {t.create}
            </button>
          </div>
        </form>
      </>
    ),
  });
}

/** `preview`: of a draft. */
export function campaignPage(
  r: Reader,
  { view, preview, message }: { view: CampaignView; preview: Preview | null; message?: string },
): string {
  const t = campaignTexts(r.locale).campaign;
  const { campaignId, status, total, generated } = view;
  const progress = fill(t.progress, { n: generated, total });
  return page({
    r,
    title: view.name,
    children: (
      <div class="stack">
        <Oops form={{ r, problems: [] }} {...(message === undefined ? {} : { message })} />
        <div class="head">
          <p class="kicker">
            <span
              class={status === "done" ? "tag tag-done" : status === "generating" ? "tag tag-now" : "tag"}
            >
              {t.statuses[status]}
            </span>
          </p>
          <h1>
            <bdi>{view.name}</bdi>
          </h1>
          {status === "done" && (
            <nav class="btns" aria-label={t.report}>
              <a class="btn" href={`/reports/follow-ups?campaign=${campaignId}`}>
                {t.report}
              </a>
              <a class="btn" href={`/follow-ups?campaignId=${campaignId}`}>
                {t.list}
              </a>
            </nav>
          )}
        </div>
        {status !== "draft" && (
          <section class="sheet" aria-live="polite">
            <p>{progress}</p>
            <Bar
              height={12}
              label={progress}
              slices={[{ fill: "f-spent", share: share(generated, total) }]}
            />
            {status === "generating" && <p class="hint">{t.refreshing}</p>}
          </section>
        )}
        <Counts r={r} view={view} />
        {preview && <Foreseen r={r} preview={preview} />}
        <Passed r={r} skipped={preview?.skipped ?? view.skipped} />
        {status === "draft" && (
          <form class="btns" method="post" action={`${pathOf(campaignId)}/generate`}>
            <input type="hidden" name="csrf" value={r.csrf ?? ""} />
            <button class="btn btn-main" type="submit">
              {t.generate}
            </button>
          </form>
        )}
      </div>
    ),
  });
}

function Counts({ r, view }: { r: Reader; view: CampaignView }): JSX.Element {
  const texts = campaignTexts(r.locale);
  const t = texts.campaign;
  const channels: Record<string, string> = texts.channels;
  return (
    <Sheet id="counts" title={t.total}>
      <dl class="facts">
        <Fact label={t.total}>{view.total}</Fact>
        <Fact label={t.channel}>{channels[view.channel]}</Fact>
        <Fact label={t.plannedOn}>{view.plannedOn}</Fact>
        <Fact label={t.dueOn}>{view.dueOn}</Fact>
        {view.status !== "draft" && (
          <>
            <Fact label={t.recorded}>{view.recorded}</Fact>
            <Fact label={t.unreachable}>{view.unreachable}</Fact>
            <Fact label={t.missed}>{view.missed}</Fact>
          </>
        )}
      </dl>
      {view.questions.length > 0 && (
        <div class="facts-group">
          <h3>{t.questionsAsked}</h3>
          <ul>
            {view.questions.map((question) => (
              <li key={question}>
                <bdi>{question}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Sheet>
  );
}

function Foreseen({ r, preview }: { r: Reader; preview: Preview }): JSX.Element {
  const texts = campaignTexts(r.locale);
  return (
    <Sheet id="preview" title={texts.campaign.preview}>
      {preview.shown < preview.total && (
        <p class="hint">{fill(texts.campaign.shown, { n: preview.shown })}</p>
      )}
      <Table
        label={texts.campaign.preview}
        columns={[{ heading: texts.customer }, { heading: texts.why }]}
        rows={preview.assignments.map(({ customerName, reason }) => [customerName, <bdi>{reason}</bdi>])}
      />
    </Sheet>
  );
}

/** Customers who get none, and why. */
export function Passed({ r, skipped }: { r: Reader; skipped: Skip[] }): JSX.Element | null {
  const texts = campaignTexts(r.locale);
  if (skipped.length === 0) return null;
  return (
    <Sheet id="skipped" title={texts.skipped}>
      <Table
        label={texts.skipped}
        columns={[{ heading: texts.customer }, { heading: texts.reason }]}
        rows={skipped.map(({ customerId, reason }) => [customerId, texts.skips[reason]])}
      />
    </Sheet>
  );
}
