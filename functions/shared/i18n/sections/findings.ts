/** What a detector found, as one sentence in the reader's language (contracts/budget.md §5). Pure. */
import type { Evidence, Finding, FindingKind } from "../../../case/model.ts";
import type { Locale } from "../../../directory/model.ts";
import { dayOfDate, exact, listOf, periodName, shortMoney } from "../format.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";
import { wordsIn } from "../words.ts";

/** `{many}` = how many there are. `lines` are rows of a settlement as people count them, from 1. */
export const findings = section(
  {
    retroactive: {
      inTime: "补办申请：客人 {arriveAt} 已到，{submittedAt} 才提交，没有超过补办期限 {deadline}。",
      late: "补办申请：客人 {arriveAt} 已到，{submittedAt} 才提交，超过了补办期限 {deadline}。",
      signed: "先接待后签字：客人 {arriveAt} 已到，{approvedAt} 才签批。",
    },
    overStandard: "申请 {amount}，按接待标准测算为 {limit}，超出 {excess}。",
    overCap: "申请 {amount}，单次上限为 {limit}，超出 {excess}。",
    overBudget: {
      all: "预算不够：{buckets}。",
      bucket: "{department}{period}可用 {limit}，本次要 {amount}，差 {excess}",
    },
    companions: {
      of: "陪同 {n} 人，来客 {guests} 人时最多 {limit} 人。",
      plain: "陪同 {n} 人，最多 {limit} 人。",
    },
    attendee: "出面的{leaders}职级高于申请人，须由其签批。",
    sameGuest: {
      within: "{days} 天内第 {n} 次接待同一客户，规定不超过 {limit} 次。",
      plain: "第 {n} 次接待同一客户，规定不超过 {limit} 次。",
      others: "此前：{cases}。",
    },
    unsettled: "有 {many} 件接待过期没有结算：{cases}。结算后才能提交新的申请。",
    perHead: { all: "{lines}。", line: "第 {line} 行用餐人均 {amount}，超过每人 {limit} 的上限" },
    inflation: {
      all: "{lines}。",
      line: "第 {line} 行写了 {n} 人用餐，批准的是 {limit} 人，按批准人数算人均超过上限",
    },
    split: {
      here: "同一天在同一地点有 {many} 笔餐费，合计 {amount}。",
      elsewhere: "同一天在同一地点有 {many} 笔餐费，合计 {amount}，其中有 {cases} 的。",
    },
    double: "{days}既报了餐费，又领了餐补。",
    relabelled: "第 {lines} 行记作会议或办公费用，同一天同一地点还有餐费或住宿费。",
    invoice: {
      elsewhere: "发票 {numbers} 在 {cases} 里已经报过。",
      here: "发票 {numbers} 在这次结算里出现了两次。",
    },
    missingList: "结算时没有附接待清单。",
  },
  {
    retroactive: {
      inTime:
        "Requested after the fact: the guests had come on {arriveAt}, the request on {submittedAt}, within the time limit of {deadline}.",
      late: "Requested after the fact: the guests had come on {arriveAt}, the request on {submittedAt}, after the time limit of {deadline}.",
      signed: "Signed after the fact: the guests had come on {arriveAt}, the signature on {approvedAt}.",
    },
    overStandard: "{amount} is asked for; the standard comes to {limit}, so it is {excess} above.",
    overCap: "{amount} is asked for; one request may cost {limit}, so it is {excess} above.",
    overBudget: {
      all: "The budget is short: {buckets}.",
      bucket: "{department}, {period}: {limit} available, {amount} needed, {excess} missing",
    },
    companions: {
      of: "{n} people of ours come along; with {guests} guests at most {limit} may.",
      plain: "{n} people of ours come along; at most {limit} may.",
    },
    attendee: "{leaders} attends and holds a higher post than the requester, and so has to sign.",
    sameGuest: {
      within: "Reception number {n} of the same guest within {days} days; the rule is {limit} at most.",
      plain: "Reception number {n} of the same guest; the rule is {limit} at most.",
      others: "Before: {cases}.",
    },
    unsettled: "Overdue for settlement: {cases} ({many}). New requests can be submitted once settled.",
    perHead: {
      all: "{lines}.",
      line: "Line {line}: {amount} per head for the meal, above the cap of {limit}",
    },
    inflation: {
      all: "{lines}.",
      line: "Line {line}: a meal for {n} people, {limit} were approved; for those it is above the cap per head",
    },
    split: {
      here: "{many} meals at the same place on the same day, {amount} together.",
      elsewhere: "{many} meals at the same place on the same day, {amount} together, some in {cases}.",
    },
    double: "A meal and the meal allowance were both claimed for {days}.",
    relabelled:
      "Line {lines} is booked as meeting or office cost, though there was a meal or lodging at the same place on that day.",
    invoice: {
      elsewhere: "Invoice {numbers} was claimed before in {cases}.",
      here: "Invoice {numbers} appears twice in this settlement.",
    },
    missingList: "Settled without the reception list.",
  },
);

type Texts = typeof findings.zhCN;
type Ask = { evidence: Evidence[]; t: Texts; locale: Locale };

const num = (value: Evidence["value"] | undefined): number => (typeof value === "number" ? value : 0);
const valueAt = (evidence: Evidence[], path: string) => evidence.find((one) => one.path === path)?.value;
const time = ({ evidence, locale }: Ask, path: string): string => {
  const at = String(valueAt(evidence, path) ?? "");
  return Number.isNaN(Date.parse(at)) ? at : exact(at, locale);
};
const casesOf = ({ evidence, locale }: Ask): string =>
  listOf([...new Set(evidence.flatMap((one) => one.caseId ?? []))], locale);
/** Row numbers as people count them, from paths such as `lines.0.people`. */
const rowOf = (one: Evidence): number => Number(/\.(\d+)/.exec(one.path ?? "")?.[1] ?? 0) + 1;
const excess = ({ evidence: [one] }: Ask, text: string): string =>
  fill(text, {
    amount: shortMoney(num(one?.value)),
    limit: shortMoney(one?.limit ?? 0),
    excess: shortMoney(num(one?.value) - (one?.limit ?? 0)),
  });
const together = (ask: Ask, all: string, line: string, show: (n: number) => string | number): string =>
  fill(all, {
    lines: ask.evidence
      .map((one) =>
        fill(line, {
          line: rowOf(one),
          n: num(one.value),
          amount: show(num(one.value)),
          limit: show(one.limit ?? 0),
        }),
      )
      .join(ask.locale === "en" ? "; " : "；"),
  });

const TELL: Record<FindingKind, (ask: Ask) => string> = {
  retroactive(ask) {
    const { signed, late, inTime } = ask.t.retroactive;
    const approved = valueAt(ask.evidence, "approvedAt") !== undefined;
    return fill(approved ? signed : valueAt(ask.evidence, "late") === true ? late : inTime, {
      arriveAt: time(ask, "arriveAt"),
      submittedAt: time(ask, "submittedAt"),
      deadline: time(ask, "deadline"),
      approvedAt: time(ask, "approvedAt"),
    });
  },
  over_standard: (ask) => excess(ask, ask.t.overStandard),
  over_cap: (ask) => excess(ask, ask.t.overCap),
  over_budget(ask) {
    const { departments } = wordsIn(ask.locale);
    const one = (short: Evidence): string => {
      const [department = "", period = ""] = (short.path ?? "").split("/");
      return fill(excess({ ...ask, evidence: [short] }, ask.t.overBudget.bucket), {
        department: departments[department as keyof typeof departments] ?? department,
        period: periodName(period, ask.locale),
      });
    };
    return fill(ask.t.overBudget.all, {
      buckets: ask.evidence.map(one).join(ask.locale === "en" ? "; " : "；"),
    });
  },
  companions_over_ratio({ evidence, t }) {
    const guests = valueAt(evidence, "guestsTotal");
    const companions = evidence.find((one) => one.path === "companions");
    return fill(guests === undefined ? t.companions.plain : t.companions.of, {
      n: num(companions?.value),
      limit: companions?.limit ?? 0,
      guests: num(guests),
    });
  },
  claimant_below_attendee({ evidence, t, locale }) {
    const { hostLeaders } = wordsIn(locale).reception;
    const leaders = evidence.map(
      (one) => hostLeaders[one.value as keyof typeof hostLeaders] ?? String(one.value),
    );
    return fill(t.attendee, { leaders: listOf(leaders, locale) });
  },
  same_guest_too_often(ask) {
    const { evidence, t } = ask;
    const days = valueAt(evidence, "withinDays");
    const visits = evidence.find((one) => one.path === "visitingOrg");
    const text = fill(days === undefined ? t.sameGuest.plain : t.sameGuest.within, {
      days: num(days),
      n: num(visits?.value),
      limit: visits?.limit ?? 0,
    });
    const cases = casesOf(ask);
    if (cases === "") return text;
    return `${text}${ask.locale === "en" ? " " : ""}${fill(t.sameGuest.others, { cases })}`;
  },
  unsettled: (ask) => fill(ask.t.unsettled, { many: ask.evidence.length, cases: casesOf(ask) }),
  per_head_over_cap: (ask) => together(ask, ask.t.perHead.all, ask.t.perHead.line, shortMoney),
  companion_inflation: (ask) => together(ask, ask.t.inflation.all, ask.t.inflation.line, (n) => n),
  split_bill(ask) {
    const cases = casesOf(ask);
    return fill(cases === "" ? ask.t.split.here : ask.t.split.elsewhere, {
      many: ask.evidence.length,
      amount: shortMoney(ask.evidence.reduce((sum, one) => sum + num(one.value), 0)),
      cases,
    });
  },
  allowance_double({ evidence, t, locale }) {
    const days = [...new Set(evidence.map((one) => String(one.value)))];
    return fill(t.double, {
      days: listOf(
        days.map((on) => dayOfDate(on, Date.parse(on), locale)),
        locale,
      ),
    });
  },
  relabelled: ({ evidence, t, locale }) =>
    fill(t.relabelled, {
      lines: listOf(
        evidence.map((one) => String(rowOf(one))),
        locale,
      ),
    }),
  duplicate_invoice(ask) {
    const numbers = listOf([...new Set(ask.evidence.map((one) => String(one.value)))], ask.locale);
    const cases = casesOf(ask);
    return fill(cases === "" ? ask.t.invoice.here : ask.t.invoice.elsewhere, { numbers, cases });
  },
  missing_list: ({ t }) => t.missingList,
};

/**
 * One sentence that names the numbers. What each kind's evidence holds, amounts in fen and instants as clients read them:
 * `retroactive` arriveAt, submittedAt, deadline, late, or arriveAt, approvedAt, each by its `path` · `over_standard`,
 * `over_cap` budgetAmount with its limit · `over_budget` one for each short bucket: path `<department>/<period>`, value
 * needed, limit available · `companions_over_ratio` companions with its limit, guestsTotal · `claimant_below_attendee`
 * one for each leader, as in `hostLeaders` · `same_guest_too_often` visitingOrg (how many, with its limit), withinDays,
 * one for each earlier case · `unsettled` one for each case · `per_head_over_cap` lines.<i>.amount per head with its
 * limit · `companion_inflation` lines.<i>.people with its limit · `split_bill` the amount of each meal, of another case
 * with its `caseId` · `allowance_double` lines.<i>.on · `relabelled` lines.<i>.place · `duplicate_invoice`
 * invoices.<i>.no, or the number with the other case's `caseId` · `missing_list` receptionListId null.
 */
export function findingText({ kind, evidence }: Pick<Finding, "kind" | "evidence">, locale: Locale): string {
  return TELL[kind]({ evidence, t: findings(locale), locale });
}
