/** Campaigns: all of them, choosing customers, what would come of it, how far it is, and what became of it. */
import type { JSX } from "preact";
import { CONTACT_CHANNELS, TIERS } from "../../customer/model.ts";
import type { Person } from "../../directory/model.ts";
import type { CampaignLine, CampaignView, Preview } from "../../planner/campaigns.ts";
import type { Skip } from "../../planner/model.ts";
import { dayOfDate, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { campaignTexts } from "../../shared/i18n/sections/campaigns.ts";
import { Bar, Chip, Empty, Fact, Sheet, share } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { count, isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

type Wrong = { problems: FormState["problems"]; message?: string };

const ALL = "/campaigns";
const pathOf = (campaignId: string): string => `${ALL}/${encodeURIComponent(campaignId)}`;

/** The name of a customer by number; the number where he is not known. */
export type Names = (customerId: string) => string;

const LOOKS: Record<CampaignView["status"], string> = {
  draft: "tag",
  generating: "tag tag-now",
  done: "tag tag-done",
};

type List = {
  lines: CampaignLine[];
  next: string | null;
  /** Whether later ones were skipped. */
  paged: boolean;
  people: Person[];
};

export function campaignsPage(r: Reader, { lines, next, paged, people }: List): string {
  const texts = campaignTexts(r.locale);
  const t = texts.list;
  const nameOf = (staffId: string) => people.find((one) => one.staffId === staffId)?.name ?? staffId;
  return page({
    r,
    title: t.title,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="campaigns" />
        <div class="head">
          <h1>{t.title}</h1>
          <div class="btns">
            <a class="btn btn-main" href={`${ALL}/new`}>
              {t.new}
            </a>
          </div>
        </div>
        <section class="sheet" aria-label={t.title}>
          {lines.length === 0 ? (
            <Empty>
              <p>
                {t.none}
                <br />
                {t.noneMore}
              </p>
            </Empty>
          ) : (
            <table class="data data-fold">
              <thead>
                <tr>
                  <th scope="col">{t.name}</th>
                  <th scope="col">{t.status}</th>
                  <th scope="col">{t.days}</th>
                </tr>
              </thead>
              <tbody>
                {lines.map((line) => (
                  <tr key={line.campaignId}>
                    <td class="first">
                      <a href={pathOf(line.campaignId)}>
                        <bdi>{line.name}</bdi>
                      </a>
                      <small>
                        {fill(t.by, {
                          name: isolate(nameOf(line.by)),
                          time: when(line.openedAt, r.now, r.locale),
                        })}
                      </small>
                    </td>
                    <td class="second">
                      <span class={LOOKS[line.status]}>{texts.campaign.statuses[line.status]}</span>
                    </td>
                    <td class="wide">
                      {daysOf(line, r)}
                      <small>{count(texts.campaign.customers, line.total)}</small>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {(next || paged) && (
            <div class="btns">
              {paged && (
                <a class="btn" href={ALL}>
                  {t.first}
                </a>
              )}
              {next && (
                <a class="btn" href={`${ALL}?cursor=${encodeURIComponent(next)}`}>
                  {t.more}
                </a>
              )}
            </div>
          )}
        </section>
      </>
    ),
  });
}

const daysOf = ({ plannedOn, dueOn }: Pick<CampaignLine, "plannedOn" | "dueOn">, r: Reader): string =>
  `${dayOfDate(plannedOn, r.now, r.locale)} – ${dayOfDate(dueOn, r.now, r.locale)}`;

const Back = ({ r }: { r: Reader }): JSX.Element => (
  <p class="kicker">
    <a href={ALL}>{campaignTexts(r.locale).list.back}</a>
  </p>
);

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
    here: "follow-ups",
    narrow: true,
    children: (
      <>
        <FollowUpTabs r={r} here="campaigns" below />
        <Oops form={form} {...(message === undefined ? {} : { message })} />
        <div class="head">
          <Back r={r} />
          <h1>{t.title}</h1>
        </div>
        <form class="sheet" method="post" action={ALL}>
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
          >
            <div class="follow-select stack-s">
              <div class="pair">
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
              </div>
              {field("q", t.q, { maxLength: 100, optional: true })}
            </div>
            <div class="follow-ids">
              {field("customerIds", t.customerIds, { rows: 3, hint: t.customerIdsHint })}
            </div>
          </Choices>
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
          <div class="pair">
            {field("plannedOn", t.plannedOn, { type: "date" })}
            {field("dueOn", t.dueOn, { type: "date" })}
          </div>
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

export type CampaignPage = {
  view: CampaignView;
  /** Of a draft. */
  preview: Preview | null;
  names: Names;
  message?: string;
};

export function campaignPage(r: Reader, { view, preview, names, message }: CampaignPage): string {
  const t = campaignTexts(r.locale).campaign;
  const { campaignId, status } = view;
  return page({
    r,
    title: view.name,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="campaigns" below />
        <Oops form={{ r, problems: [] }} {...(message === undefined ? {} : { message })} />
        <div class="head">
          <Back r={r} />
          <h1>
            <bdi>{view.name}</bdi>
          </h1>
          <div class="btns">
            <span class={LOOKS[status]}>{t.statuses[status]}</span>
            {status === "done" && (
              <>
                <a class="btn" href={`/follow-ups?campaignId=${campaignId}&status=`}>
                  {t.list}
                </a>
                <a class="btn" href={`/reports/follow-ups?campaign=${campaignId}`}>
                  {t.report}
                </a>
              </>
            )}
          </div>
        </div>
        {status !== "draft" && <Progress r={r} view={view} />}
        {status === "draft" && (
          <form class="sheet" method="post" action={`${pathOf(campaignId)}/generate`}>
            <p>
              {fill(t.before, {
                n: view.total,
                made: preview?.assignments.length ?? 0,
                skipped: preview?.skipped.length ?? 0,
              })}
            </p>
            {preview?.skipped.length === view.total ? (
              <p>{t.nobody}</p>
            ) : (
              <>
                <input type="hidden" name="csrf" value={r.csrf ?? ""} />
                <div class="btns">
                  <button class="btn btn-main" type="submit">
                    {t.generate}
                  </button>
                </div>
              </>
            )}
          </form>
        )}
        <Facts r={r} view={view} />
        {preview && <Foreseen r={r} preview={preview} />}
        <Passed r={r} skipped={preview?.skipped ?? view.skipped} names={names} />
      </>
    ),
  });
}

/** How far the work of making them is; afterwards how far the work of contacting is. */
function Progress({ r, view }: { r: Reader; view: CampaignView }): JSX.Element {
  const t = campaignTexts(r.locale).campaign;
  const { total, generated, recorded, unreachable, missed } = view;
  if (view.status === "generating") {
    const progress = fill(t.progress, { n: generated, total });
    return (
      <section class="sheet" aria-live="polite">
        <p>
          <b>{progress}</b>
        </p>
        <Bar height={12} label={progress} slices={[{ fill: "f-held", share: share(generated, total) }]} />
        <p class="hint">{t.refreshing}</p>
      </section>
    );
  }
  const open = Math.max(0, generated - recorded - unreachable - missed);
  const parts = [
    { label: t.recorded, n: recorded, look: "f-held" },
    { label: t.unreachable, n: unreachable, look: "f-kept" },
    { label: t.missed, n: missed, look: "f-late" },
    { label: t.open, n: open, look: "f-free" },
  ];
  return (
    <Sheet id="became" title={t.became} aside={<p class="kicker">{fill(t.made, { n: generated, total })}</p>}>
      <Bar
        height={12}
        label={parts.map(({ label, n }) => `${label} ${n}`).join(r.t.words.listSeparator)}
        slices={parts.slice(0, 3).map(({ n, look }) => ({ fill: look, share: share(n, generated) }))}
      />
      <ul class="key">
        {parts.map(({ label, n, look }) => (
          <li key={look}>
            <Chip fill={look} /> {label} <b>{n}</b>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function Facts({ r, view }: { r: Reader; view: CampaignView }): JSX.Element {
  const texts = campaignTexts(r.locale);
  const t = texts.campaign;
  const channels: Record<string, string> = texts.channels;
  return (
    <Sheet id="facts" title={t.facts}>
      <dl class="facts">
        <Fact label={t.total}>{view.total}</Fact>
        <Fact label={t.channel}>{channels[view.channel]}</Fact>
        <Fact label={t.plannedOn}>{dayOfDate(view.plannedOn, r.now, r.locale)}</Fact>
        <Fact label={t.dueOn}>{dayOfDate(view.dueOn, r.now, r.locale)}</Fact>
        {view.questions.length > 0 && (
          <Fact label={t.questionsAsked}>
            <ol class="noticed">
              {view.questions.map((question) => (
                <li key={question}>
                  <bdi>{question}</bdi>
                </li>
              ))}
            </ol>
          </Fact>
        )}
      </dl>
    </Sheet>
  );
}

function Foreseen({ r, preview }: { r: Reader; preview: Preview }): JSX.Element | null {
  const texts = campaignTexts(r.locale);
  if (preview.assignments.length === 0) return null;
  return (
    <Sheet id="preview" title={texts.campaign.preview}>
      {preview.shown < preview.total && (
        <p class="hint">{fill(texts.campaign.shown, { n: preview.shown })}</p>
      )}
      <Table
        label={texts.campaign.preview}
        columns={[{ heading: texts.customer }, { heading: texts.why }]}
        rows={preview.assignments.map(({ customerId, customerName, reason }) => [
          <a href={`/customers/${encodeURIComponent(customerId)}`}>{customerName}</a>,
          <bdi>{reason}</bdi>,
        ])}
      />
    </Sheet>
  );
}

/** Customers who get none, and why. */
export function Passed({
  r,
  skipped,
  names,
}: {
  r: Reader;
  skipped: Skip[];
  names: Names;
}): JSX.Element | null {
  const texts = campaignTexts(r.locale);
  if (skipped.length === 0) return null;
  return (
    <Sheet id="skipped" title={texts.skipped}>
      <Table
        label={texts.skipped}
        columns={[{ heading: texts.customer }, { heading: texts.reason }]}
        rows={skipped.map(({ customerId, reason }) => [
          <a href={`/customers/${encodeURIComponent(customerId)}`}>{names(customerId)}</a>,
          texts.skips[reason],
        ])}
      />
    </Sheet>
  );
}
