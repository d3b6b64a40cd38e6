/** The list of customers, and a customer's own page. */
import type { JSX } from "preact";
import type { Contacts } from "../../customer/contacts.ts";
import type { Filter } from "../../customer/list.ts";
import { type CustomerView, MESSAGE_CHANNELS, TIERS } from "../../customer/model.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { dayOfDate, phone } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { customerTexts } from "../../shared/i18n/sections/customers.ts";
import { Empty, Fact, Lines, Sheet, When } from "../components/bits.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Problem } from "../models/reception-form.ts";
import { isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type Staff = { staffId: string; name: string }[];

export const customerPath = (customerId: string): string => `/customers/${encodeURIComponent(customerId)}`;

const nameOf = (staff: Staff, staffId: string | null): string =>
  staff.find((one) => one.staffId === staffId)?.name ?? staffId ?? "";

export type ListPage = {
  items: CustomerView[];
  filter: Filter;
  next: string | null;
  /** Whether this is not the first page. */
  later: boolean;
  staff: Staff;
  seesAll: boolean;
  keeps: boolean;
};

export function customersPage(r: Reader, of: ListPage): string {
  const t = customerTexts(r.locale);
  const title = of.seesAll ? t.title : t.mine;
  const asked = queryOf(of.filter);
  const file = (format: string) => `/api/customers?${new URLSearchParams({ ...asked, format })}`;
  return page({
    r,
    title,
    here: "customers",
    children: (
      <>
        <div class="head">
          <h1>{title}</h1>
          <div class="btns">
            {of.keeps && (
              <>
                <a class="btn btn-main" href="/customers/new">
                  {t.new}
                </a>
                <a class="btn" href="/customers/import">
                  {t.import}
                </a>
              </>
            )}
            <a class="btn" href={file("csv")}>
              {t.csv}
            </a>
            <a class="btn" href={file("xlsx")}>
              {t.xlsx}
            </a>
          </div>
        </div>
        <Filters r={r} of={of} />
        <section class="sheet" aria-label={title}>
          {of.items.length === 0 ? (
            <Empty>
              <p>{t.none}</p>
              <p>{t.noneMore}</p>
            </Empty>
          ) : (
            <Table r={r} of={of} />
          )}
          <div class="btns">
            {of.later && (
              <a class="btn" href={`/customers?${new URLSearchParams(asked)}`}>
                {t.first}
              </a>
            )}
            {of.next && (
              <a class="btn" href={`/customers?${new URLSearchParams({ ...asked, cursor: of.next })}`}>
                {t.more}
              </a>
            )}
          </div>
        </section>
      </>
    ),
  });
}

const queryOf = ({ q, tier, owner, stale }: Filter): Record<string, string> => ({
  ...(q === "" ? {} : { q }),
  ...(tier === null ? {} : { tier }),
  ...(owner === null ? {} : { owner }),
  ...(stale ? { stale: "true" } : {}),
});

function Filters({ r, of }: { r: Reader; of: ListPage }): JSX.Element {
  const t = customerTexts(r.locale);
  const form: FormState = { r, problems: [] };
  const { filter } = of;
  return (
    <form class="sheet" method="get" action="/customers">
      <div class="filters">
        <Field form={form} name="q" label={t.search} value={filter.q} maxLength={100} />
        <Select
          form={form}
          name="tier"
          label={t.tier}
          value={filter.tier ?? ""}
          groups={[
            {
              options: [{ value: "", label: t.anyTier }, ...TIERS.map((one) => ({ value: one, label: one }))],
            },
          ]}
        />
        {of.seesAll && (
          <Select
            form={form}
            name="owner"
            label={t.owner}
            value={filter.owner ?? ""}
            groups={[
              {
                options: [
                  { value: "", label: t.anybody },
                  ...of.staff.map((one) => ({ value: one.staffId, label: one.name })),
                ],
              },
            ]}
          />
        )}
      </div>
      <div class="btns">
        <label class="choice">
          <input type="checkbox" name="stale" value="true" checked={filter.stale} />
          <span>
            {t.stale}
            <small>{t.staleHint}</small>
          </span>
        </label>
        <button class="btn btn-main" type="submit">
          {t.find}
        </button>
      </div>
    </form>
  );
}

function Table({ r, of }: { r: Reader; of: ListPage }): JSX.Element {
  const t = customerTexts(r.locale);
  return (
    <table class="data data-fold">
      <thead>
        <tr>
          <th scope="col">{t.name}</th>
          <th scope="col">{t.tier}</th>
          <th scope="col">{t.owner}</th>
          <th scope="col">{t.next}</th>
          <th scope="col" class="num">
            {t.completeness}
          </th>
        </tr>
      </thead>
      <tbody>
        {of.items.map((one) => (
          <tr key={one.customerId}>
            <td class="first">
              <a href={customerPath(one.customerId)}>
                <bdi>{one.name}</bdi>
              </a>
              <small>
                <bdi>{[one.customerId, ...one.aliases].join(" · ")}</bdi>
              </small>
            </td>
            <td class="second">
              <span class="tag tag-plain">{one.tier}</span>
            </td>
            <td>
              <bdi>{nameOf(of.staff, one.owner) || t.nobody}</bdi>
            </td>
            <td>
              <Due r={r} on={one.nextDueOn} />
            </td>
            <td class="num extra">{fill(t.percent, { n: Math.round(one.completeness * 100) })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Due({ r, on }: { r: Reader; on: string | null }): JSX.Element {
  const t = customerTexts(r.locale);
  if (on === null) return <span class="quiet">{t.noNext}</span>;
  const isDue = on <= shanghaiDate(r.now);
  return (
    <>
      <time dateTime={on}>{dayOfDate(on, r.now, r.locale)}</time>{" "}
      {isDue && <span class="tag tag-warn">{t.overdue}</span>}
    </>
  );
}

// ---- one customer

export type ProfilePage = {
  customer: CustomerView;
  staff: Staff;
  contacts: Contacts;
  changes: boolean;
  /** Whether the reader may plan a contact with this customer. */
  plans: boolean;
  told: string | null;
  out: { reason: string; channel: string; problems: Problem[]; message?: string };
};

export function customerPage(r: Reader, of: ProfilePage): string {
  const t = customerTexts(r.locale);
  const { customer } = of;
  const unknown = <span class="quiet">{t.unknown}</span>;
  return page({
    r,
    title: isolate(customer.name),
    here: "customers",
    children: (
      <>
        {of.told && (
          <p class="notice" role="status">
            {of.told}
          </p>
        )}
        <div class="head">
          <p class="kicker">{customer.customerId}</p>
          <h1>
            <bdi>{customer.name}</bdi>
          </h1>
          <div class="btns">
            {of.plans && (
              <a
                class="btn btn-main"
                href={`/follow-ups/new?customerId=${encodeURIComponent(customer.customerId)}`}
              >
                {t.plan}
              </a>
            )}
            {of.changes && (
              <a class={of.plans ? "btn" : "btn btn-main"} href={`${customerPath(customer.customerId)}/edit`}>
                {t.edit}
              </a>
            )}
            <a class="btn" href="/customers">
              {t.back}
            </a>
          </div>
        </div>
        <div class="cols">
          <div class="stack">
            <Sheet id="facts" title={t.facts}>
              <dl class="facts">
                <Fact label={t.tier}>{customer.tier}</Fact>
                <Fact label={t.grade}>{customer.creditGrade}</Fact>
                <Fact label={t.owner}>
                  <bdi>{nameOf(of.staff, customer.owner) || t.nobody}</bdi>
                </Fact>
                <Fact label={t.next}>
                  <Due r={r} on={customer.nextDueOn} />
                  {customer.noNextReason && (
                    <p class="quiet">
                      <bdi>{customer.noNextReason}</bdi>
                    </p>
                  )}
                </Fact>
                <Fact label={t.last}>
                  {customer.lastContactAt ? <When at={customer.lastContactAt} r={r} /> : t.never}
                </Fact>
                <Fact label={t.aliases}>
                  {customer.aliases.length > 0 ? <Lines lines={customer.aliases} /> : unknown}
                </Fact>
                <Fact label={t.address}>{customer.address ? <bdi>{customer.address}</bdi> : unknown}</Fact>
                <Fact label={t.companyType}>
                  {customer.companyType ? <bdi>{customer.companyType}</bdi> : unknown}
                </Fact>
                <Fact label={t.completeness}>
                  {fill(t.percent, { n: Math.round(customer.completeness * 100) })}
                </Fact>
              </dl>
            </Sheet>
            <People r={r} customer={customer} />
          </div>
          <div class="stack">
            <Timeline r={r} contacts={of.contacts} />
            <OptOut r={r} of={of} />
          </div>
        </div>
      </>
    ),
  });
}

function People({ r, customer }: { r: Reader; customer: CustomerView }): JSX.Element {
  const t = customerTexts(r.locale);
  return (
    <Sheet id="contacts" title={t.contacts}>
      <ul class="steps">
        {customer.contacts.map((one, index) => (
          <li key={index}>
            <div class="split">
              <b>
                <bdi>{one.name}</bdi>
              </b>
              <span class="quiet">{`${t.channels[one.channel]} · ${t.languages[one.language]}`}</span>
            </div>
            <p>
              <a href={`tel:${one.phone}`}>{phone(one.phone)}</a>
              {one.email && (
                <>
                  {" · "}
                  <bdi>{one.email}</bdi>
                </>
              )}
            </p>
            {MESSAGE_CHANNELS.some((channel) => one.suppressed[channel]) && (
              <p>
                {MESSAGE_CHANNELS.filter((channel) => one.suppressed[channel]).map((channel) => (
                  <span class="tag tag-warn" key={channel}>
                    {fill(t.suppressed, { what: t.consents[channel] })}
                  </span>
                ))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function Timeline({ r, contacts }: { r: Reader; contacts: Contacts }): JSX.Element {
  const t = customerTexts(r.locale);
  return (
    <Sheet id="timeline" title={t.timeline}>
      {contacts.length === 0 ? (
        <p class="quiet">{t.noTimeline}</p>
      ) : (
        <ul class="steps">
          {contacts.map((one) => (
            <li key={one.caseId}>
              <div class="split">
                <a href={`/cases/${one.caseId}`}>{one.caseId}</a>
                <When at={one.createdAt} r={r} />
              </div>
              <p class="quiet">{`${word(t.processes, one.process)} · ${word(t.states, one.status)}`}</p>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function OptOut({ r, of }: { r: Reader; of: ProfilePage }): JSX.Element {
  const t = customerTexts(r.locale);
  const form: FormState = { r, problems: of.out.problems };
  return (
    <Sheet id="out" title={t.optOut.title}>
      <p class="hint">{t.optOut.text}</p>
      <Oops form={form} message={of.out.message} />
      <form
        class="stack-s"
        method="post"
        action={`${customerPath(of.customer.customerId)}/opt-outs`}
        novalidate
      >
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <Choices
          form={form}
          name="channel"
          legend={t.optOut.channel}
          chosen={[of.out.channel]}
          options={MESSAGE_CHANNELS.map((one) => ({ value: one, label: t.consents[one] }))}
        />
        <Field form={form} name="reason" label={t.optOut.reason} value={of.out.reason} maxLength={500} />
        <div class="btns">
          <button class="btn" type="submit">
            {t.optOut.submit}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
