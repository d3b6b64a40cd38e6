/** The content of a reception request in words, as on the paper form. Pure. */
import { shanghaiDate } from "../../shared/clock.ts";
import { dayOfDate, money, phone, shortMoney, timeOfDay, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { expenseNames } from "../../shared/i18n/sections/expenses.ts";
import { isolate, num, str, strings, word } from "./text.ts";
import type { Reader } from "./view.ts";

export type Content = Record<string, unknown>;
export type Fact = { label: string; lines: string[]; sum?: boolean };
export type FactGroup = {
  key: "a" | "b" | "c" | "p1" | "p2" | "p3" | "p4" | "p5";
  mark: string;
  title: string;
  facts: Fact[];
};

export const MARKS = {
  a: "A",
  b: "B",
  c: "C",
  p1: "(1)",
  p2: "(2)",
  p3: "(3)",
  p4: "(4)",
  p5: "(5)",
} as const;

const MONEY_FIELDS = new Set(["budgetAmount", "allowancePerPersonDay", "amountPerPersonDay"]);
const INSTANT_FIELDS = new Set(["departAt", "arriveAt", "plannedLeaveAt"]);

/** Nights between the day of arrival and the day of leaving. */
export function nightsOf(arrivalDate: string, leaveAt: string): number | null {
  const from = Date.parse(`${arrivalDate}T00:00:00Z`);
  const to = /^\d{4}-\d\d-\d\d$/.test(leaveAt)
    ? Date.parse(`${leaveAt}T00:00:00Z`)
    : leaveAt
      ? Date.parse(`${shanghaiDateOf(leaveAt)}T00:00:00Z`)
      : Number.NaN;
  if (Number.isNaN(from) || Number.isNaN(to) || to < from) return null;
  return Math.round((to - from) / 86_400_000);
}

const shanghaiDateOf = (at: string): string => (Number.isNaN(Date.parse(at)) ? "" : shanghaiDate(at));

export const guestsOf = (c: Content): number => num(c.guestsMale) + num(c.guestsFemale);
export const companionsOf = (c: Content): { name: string; phone: string }[] =>
  Array.isArray(c.companions)
    ? c.companions.map((one: Content) => ({ name: str(one?.name), phone: str(one?.phone) }))
    : [];

/** One value of the form in words, for the record of changes. Empty when there is none. */
export function valueText(path: string, value: unknown, r: Reader): string {
  const w = r.t.words;
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? w.yes : w.no;
  if (typeof value === "number" && MONEY_FIELDS.has(path)) return money(value);
  if (typeof value === "string" && INSTANT_FIELDS.has(path)) return when(value, r.now, r.locale);
  if (typeof value === "string" && path === "arrivalDate") return dayOfDate(value, r.now, r.locale);
  if (path === "costDepartment") return word(w.departments, str(value));
  const options = (w.reception as Record<string, Record<string, string>>)[path];
  if (options && !Array.isArray(value)) return word(options, String(value));
  if (Array.isArray(value))
    return value
      .map((one) =>
        typeof one === "string"
          ? options
            ? word(options, one)
            : isolate(one)
          : isolate(str((one as Content)?.name)),
      )
      .join(w.listSeparator);
  return isolate(String(value));
}

const named = (c: Content, field: "greeters" | "hostLeaders", names: string, r: Reader): string[] => {
  const options = r.t.words.reception[field] as Record<string, string>;
  return strings(c[field]).flatMap((one) =>
    one === "named" ? strings(c[names]).map(isolate) : word(options, one),
  );
};

/** The whole form, grouped as the staff know it from paper. */
export function factGroups(c: Content, r: Reader): FactGroup[] {
  const { facts: f, form } = r.t.web;
  const w = r.t.words;
  const x = w.reception;
  const sep = w.listSeparator;
  const text = (key: string) => isolate(str(c[key]));
  const option = (key: keyof typeof x) => word(x[key], c[key] === undefined ? "" : String(c[key]));
  const group = (key: FactGroup["key"], facts: Fact[]): FactGroup => ({
    key,
    mark: MARKS[key],
    title: form.parts[key],
    facts: facts.filter((fact) => fact.lines.length > 0),
  });
  const fact = (label: string, ...lines: string[]): Fact => ({
    label,
    lines: lines.filter((line) => line !== ""),
  });
  const companions = companionsOf(c).map((one) => `${isolate(one.name)} ${isolate(phone(one.phone))}`);
  const nights = nightsOf(str(c.arrivalDate), str(c.plannedLeaveAt));
  const greeters = named(c, "greeters", "greeterNames", r);
  const extras = [...(c.needFlowers ? [f.flowers] : []), ...(c.needWelcomeSign ? [f.sign] : [])];
  const hotel = [
    text("hotelName"),
    c.hotelClass === "other" ? text("hotelClassText") : option("hotelClass"),
    option("hotelStar"),
    option("cityClass"),
  ];
  const joined = (parts: string[]) => parts.filter((part) => part !== "").join(sep);
  return [
    group("a", [
      fact(w.fields.visitingOrg, text("visitingOrg")),
      fact(
        f.guests,
        fill(f.guestsText, { total: guestsOf(c), male: num(c.guestsMale), female: num(c.guestsFemale) }),
      ),
      fact(f.contact, text("guestContactName"), isolate(phone(str(c.guestContactPhone)))),
      fact(f.companions, ...(companions.length > 0 ? companions : [f.companionsNone])),
    ]),
    group("b", [
      fact(
        f.trip,
        fill(f.tripText, {
          depart: whenFull(str(c.departAt), r),
          arrive: timeOrDay(str(c.arriveAt), str(c.departAt), r),
          from: text("fromPlace"),
          to: text("toPlace"),
        }),
      ),
      fact(f.leave, whenFull(str(c.plannedLeaveAt), r)),
    ]),
    group("c", [
      fact(
        f.level,
        fill(f.levelText, {
          level: option("level"),
          note: word(x.levelNote, str(c.level)),
          allowance: shortMoney(num(c.allowancePerPersonDay)),
        }),
      ),
    ]),
    group("p1", [
      fact(
        f.pickup,
        c.pickupPlace === "other" ? text("pickupPlaceText") : option("pickupPlace"),
        joined(greeters),
        joined(extras),
      ),
    ]),
    group("p2", [
      fact(f.hotel, joined(hotel)),
      fact(
        f.rooms,
        fill(nights === null ? f.roomsText : f.roomsNights, {
          type: text("roomType"),
          n: num(c.roomCount),
          nights: nights ?? 0,
        }),
      ),
      fact(
        f.lodging,
        option("lodgingPayer"),
        c.lodgingPayer === "guest_fixed_rest_company"
          ? fill(f.fixed, { money: shortMoney(num(c.amountPerPersonDay)) })
          : "",
      ),
    ]),
    group("p3", [
      fact(f.dining, c.diningPayer === "other" ? text("diningPayerText") : option("diningPayer")),
      fact(f.leaders, joined(named(c, "hostLeaders", "hostLeaderNames", r))),
    ]),
    group("p4", [
      { ...fact(f.budget, money(num(c.budgetAmount))), sum: true },
      fact(f.cost, word(w.departments, str(c.costDepartment))),
      fact(f.excess, text("excessReason")),
      fact(f.retroactive, text("retroactiveReason")),
    ]),
    group("p5", [fact(f.exchange, text("exchangeContent"))]),
  ];
}

/** 12月7日（周一）9:00 */
export function whenFull(at: string, r: Reader): string {
  if (Number.isNaN(Date.parse(at))) return "";
  const date = dayOfDate(shanghaiDate(at), r.now, r.locale);
  return r.locale === "en" ? `${date}, ${timeOfDay(at)}` : `${date}${timeOfDay(at)}`;
}

/** Only the time where both are on one day: 7:50. */
const timeOrDay = (at: string, other: string, r: Reader): string =>
  shanghaiDateOf(at) === shanghaiDateOf(other) && at !== "" && shanghaiDateOf(at) !== ""
    ? timeOfDay(at)
    : whenFull(at, r);

export type SpentLine = { label: string; note: string; amount: number };

/** What a settlement lists, in words. */
export function settlementFacts(
  data: Content,
  r: Reader,
): { lines: SpentLine[]; invoices: string[]; share: number } {
  const t = decisionTexts(r.locale);
  const rows = (value: unknown): Content[] => (Array.isArray(value) ? (value as Content[]) : []);
  return {
    lines: rows(data.lines).map((line) => ({
      label: word(expenseNames(r.locale), str(line.item)),
      note: fill(line.people ? t.lineFor : t.lineOf, {
        on: dayOfDate(str(line.on), r.now, r.locale),
        place: str(line.place),
        people: num(line.people),
      }),
      amount: num(line.amount),
    })),
    invoices: rows(data.invoices).map((one) => `${str(one.no)} ${money(num(one.amount))}`),
    share: num(data.personalShare),
  };
}
