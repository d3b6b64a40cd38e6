/** The pages about follow-ups beside one another: whoever may open one finds it here. */
import type { JSX } from "preact";
import { isDesk, readsReports } from "../../case/access.ts";
import { keepsCadence } from "../../customer/access.ts";
import { followUpNav } from "../../shared/i18n/sections/follow-up-nav.ts";
import { type Reader, seesFollowUps } from "../models/view.ts";

export type FollowUpTab = "list" | "calendar" | "campaigns" | "planner" | "cadence" | "summary" | "customers";

const PATHS: Record<FollowUpTab, string> = {
  list: "/follow-ups",
  calendar: "/follow-ups/calendar",
  campaigns: "/campaigns",
  planner: "/planner",
  cadence: "/policies/cadence",
  summary: "/reports/follow-ups",
  customers: "/reports/customers",
};

function tabsOf({ actor }: Reader): FollowUpTab[] {
  if (!actor) return [];
  return [
    ...(seesFollowUps(actor) ? (["list", "calendar"] as const) : []),
    ...(isDesk(actor) ? (["campaigns", "planner"] as const) : []),
    ...(keepsCadence(actor) ? (["cadence"] as const) : []),
    ...(readsReports(actor) ? (["summary", "customers"] as const) : []),
  ];
}

/** `here`: the page that is open; one of its own below it (a form, a campaign) is not marked as the page itself. */
export function FollowUpTabs({
  r,
  here,
  below = false,
}: {
  r: Reader;
  here: FollowUpTab;
  below?: boolean;
}): JSX.Element {
  const t = followUpNav(r.locale);
  return (
    <nav class="tabs" aria-label={t.label}>
      {tabsOf(r).map((tab) => (
        <a
          key={tab}
          href={PATHS[tab]}
          aria-current={tab !== here ? undefined : below ? ("true" as const) : ("page" as const)}
        >
          {t[tab]}
        </a>
      ))}
    </nav>
  );
}
