/** The shell of every page. */
import type { ComponentChildren, JSX } from "preact";
import { render } from "preact-render-to-string";
import { seesCustomers } from "../../customer/access.ts";
import { keepsPolicies } from "../../policy/access.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { ICON_PATH, SCRIPT_PATH, STYLE_PATH } from "../assets/paths.ts";
import { count, word } from "../models/text.ts";
import {
  asksForReceptions,
  decides,
  type Reader,
  seesBudgets,
  seesComplaints,
  seesFollowUps,
} from "../models/view.ts";
import { Mark } from "./bits.tsx";

type Shell = {
  r: Reader;
  title: string;
  /** Which entry of the navigation this page is. */
  here?:
    | "home"
    | "tasks"
    | "complaints"
    | "follow-ups"
    | "customers"
    | "new"
    | "budget"
    | "policies"
    | "people";
  /** `link`: a page of one decision, without navigation. `public`: the firm's page for its customers. */
  kind?: "staff" | "link" | "visitor" | "public";
  skip?: { to: string; text: string };
  narrow?: boolean | string;
  /** Beside the choice of language, and in the place of the firm's name below. */
  beside?: ComponentChildren;
  foot?: string;
  children: ComponentChildren;
};

/** The page as text, without the doctype (http.ts adds it). */
export const page = (shell: Shell): string => render(<Page {...shell} />);

function Page({ r, title, here, kind = "staff", skip, narrow, beside, foot, children }: Shell): JSX.Element {
  const { web } = r.t;
  return (
    <html lang={r.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        <title>{fill(web.titleOf, { title })}</title>
        <link rel="stylesheet" href={STYLE_PATH} />
        <link rel="icon" href={ICON_PATH} type="image/svg+xml" />
        <script src={SCRIPT_PATH} defer />
      </head>
      <body>
        <a class="skip" href={skip?.to ?? "#main"}>
          {skip?.text ?? web.skip}
        </a>
        <header class={kind === "link" ? "bar bar-one" : "bar"}>
          {kind === "link" ? (
            <span class="brand">
              <Mark />
              <span>{r.t.words.product}</span>
            </span>
          ) : kind === "public" ? (
            <a class="brand brand-firm" href="/c">
              <Mark />
              <span>{r.t.words.company}</span>
            </a>
          ) : (
            <a class="brand" href="/">
              <Mark />
              <span>{r.t.words.product}</span>
            </a>
          )}
          {kind === "staff" && r.actor && r.csrf && <Nav r={r} here={here} />}
          <div class="bar-end">
            {beside}
            <Language r={r} />
            {r.actor &&
              (kind === "staff" && r.csrf ? (
                <a class="who" href="/settings">
                  <bdi>{r.actor.name}</bdi>
                </a>
              ) : (
                <Who r={r} withRole={kind === "link"} />
              ))}
            {kind === "staff" && r.csrf && (
              <form method="post" action="/signout">
                <input type="hidden" name="csrf" value={r.csrf} />
                <button class="btn btn-bare" type="submit">
                  {web.signOut}
                </button>
              </form>
            )}
          </div>
        </header>
        <main
          id="main"
          class={narrow ? `page page-narrow${typeof narrow === "string" ? ` ${narrow}` : ""}` : "page"}
        >
          {children}
        </main>
        {kind !== "link" && (
          <footer class="foot">
            {foot ?? (
              <>
                {r.t.words.company} · {r.t.words.product}
              </>
            )}
          </footer>
        )}
      </body>
    </html>
  );
}

function Nav({ r, here }: { r: Reader; here: Shell["here"] }): JSX.Element {
  const { nav } = r.t.web;
  const current = (key: Shell["here"]) => (here === key ? ("page" as const) : undefined);
  return (
    <nav class="nav" aria-label={nav.label}>
      <a href="/" aria-current={current("home")}>
        {nav.home}
        {r.tasks ? (
          <span class="count">
            <span aria-hidden="true">{r.tasks}</span>
            <span class="hidden">{count(nav.tasks, r.tasks)}</span>
          </span>
        ) : null}
      </a>
      {decides(r.actor) && (
        <a href="/tasks" aria-current={current("tasks")}>
          {nav.decisions}
        </a>
      )}
      {seesComplaints(r.actor) && (
        <a href="/complaints" aria-current={current("complaints")}>
          {nav.complaints}
        </a>
      )}
      {seesFollowUps(r.actor) && (
        <a href="/follow-ups" aria-current={current("follow-ups")}>
          {nav.followUps}
        </a>
      )}
      {seesCustomers(r.actor) && (
        <a href="/customers" aria-current={current("customers")}>
          {nav.customers}
        </a>
      )}
      {asksForReceptions(r.actor) && (
        <a href="/receptions/new" aria-current={current("new")}>
          {nav.new}
        </a>
      )}
      {seesBudgets(r.actor) && (
        <a href="/budget" aria-current={current("budget")}>
          {nav.budget}
        </a>
      )}
      {keepsPolicies(r.actor) && (
        <a href="/policies" aria-current={current("policies")}>
          {nav.policies}
        </a>
      )}
      <a href="/people" aria-current={current("people")}>
        {nav.people}
      </a>
    </nav>
  );
}

const Who = ({ r, withRole }: { r: Reader; withRole: boolean }): JSX.Element => (
  <span class="who">
    <bdi>{r.actor?.name}</bdi>
    {withRole && <span class="role">{` · ${word(r.t.words.roles, r.actor?.role)}`}</span>}
  </span>
);

/** Changes the reader's own cookie and nothing else, so it needs no session and no token. */
const Language = ({ r }: { r: Reader }): JSX.Element => (
  <form method="post" action="/language">
    <input type="hidden" name="back" value={r.path} />
    <button
      class="btn btn-bare"
      type="submit"
      name="lang"
      value={r.t.web.otherLanguageCode}
      lang={r.t.web.otherLanguageCode}
    >
      {r.t.web.otherLanguage}
    </button>
  </form>
);
