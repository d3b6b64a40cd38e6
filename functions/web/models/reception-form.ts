/**
 * The reception form between the page and the schema: what people typed, kept as typed, and the document that the
 * use cases take. Nothing typed is ever lost: values go back to the page whatever was wrong with them. Pure.
 */
import { BUDGET_CAP, HOTELS } from "../../reception/schema.ts";
import { shanghaiDate, toApi } from "../../shared/clock.ts";
import type { FieldError } from "../../shared/errors.ts";
import { money } from "../../shared/i18n/format.ts";
import { fieldMessage } from "../../shared/i18n/messages.ts";
import { receptionForm } from "../../shared/i18n/sections/reception-form.ts";
import { parseYuan, yuanText } from "../../shared/money.ts";
import type { Content } from "./facts.ts";
import { companionsOf, nightsOf } from "./facts.ts";
import { num, str, strings, word } from "./text.ts";
import type { Reader } from "./view.ts";

/** Texts of the form and of its totals: what all pages share, and its own. */
export const formTexts = (r: Reader) => ({ ...r.t.web.form, ...receptionForm(r.locale) });

/** Single-valued inputs of the page. Times and the hotel have inputs of their own; the rest are named as in the schema. */
const TEXT_INPUTS = [
  "visitingOrg",
  "guestsMale",
  "guestsFemale",
  "guestContactName",
  "guestContactPhone",
  "arrivalDate",
  "arriveTime",
  "departDate",
  "departTime",
  "leaveDate",
  "leaveTime",
  "fromPlace",
  "toPlace",
  "level",
  "allowancePerPersonDay",
  "pickupPlace",
  "pickupPlaceText",
  "greeterNames",
  "needFlowers",
  "needWelcomeSign",
  "hotelName",
  "hotelNameText",
  "hotelClass",
  "hotelClassText",
  "hotelStar",
  "cityClass",
  "roomType",
  "roomCount",
  "lodgingPayer",
  "amountPerPersonDay",
  "diningPayer",
  "diningPayerText",
  "hostLeaderNames",
  "budgetAmount",
  "excessReason",
  "retroactiveReason",
  "costDepartment",
  "exchangeContent",
] as const;
export type Input = (typeof TEXT_INPUTS)[number];

export type Values = {
  text: Record<Input, string>;
  greeters: string[];
  hostLeaders: string[];
  companions: { name: string; phone: string }[];
};

/** The value of the hotel list that stands for a hotel typed by hand. */
export const OTHER_HOTEL = "other";
/** Rows that one form may have; the schema's own limit is the same. */
const MAX_COMPANIONS = 50;

const empty = (): Values => ({
  text: Object.fromEntries(TEXT_INPUTS.map((name) => [name, ""])) as Record<Input, string>,
  greeters: [],
  hostLeaders: [],
  companions: [],
});

/** A new form with what is usually right. */
export function blankForm(r: Reader): Values {
  const values = empty();
  Object.assign(values.text, {
    guestsMale: "0",
    guestsFemale: "0",
    level: "C",
    allowancePerPersonDay: "300.00",
    pickupPlace: "airport_or_rail",
    roomType: r.locale === "en" ? "Standard room" : "标准间",
    lodgingPayer: "company_all",
    diningPayer: "company_all",
    costDepartment: r.actor?.department ?? "",
  });
  return { ...values, greeters: ["staff"] };
}

/** The posted form as typed. */
export function readForm(form: URLSearchParams): Values {
  const values = empty();
  for (const name of TEXT_INPUTS) values.text[name] = form.get(name) ?? "";
  values.greeters = form.getAll("greeters");
  values.hostLeaders = form.getAll("hostLeaders");
  const rows = new Set<number>();
  for (const key of form.keys()) {
    const match = /^companions\.(\d{1,3})\.(?:name|phone)$/.exec(key);
    if (match) rows.add(Number(match[1]));
  }
  values.companions = [...rows]
    .sort((a, b) => a - b)
    .slice(0, MAX_COMPANIONS)
    .map((row) => ({
      name: form.get(`companions.${row}.name`) ?? "",
      phone: form.get(`companions.${row}.phone`) ?? "",
    }));
  return values;
}

/** The form after a press of "add a person" or "remove". */
export function pressed(values: Values, form: URLSearchParams): Values {
  const remove = form.get("remove");
  if (remove !== null)
    return { ...values, companions: values.companions.filter((_, row) => String(row) !== remove) };
  if (form.get("add") !== null && values.companions.length < MAX_COMPANIONS)
    return { ...values, companions: [...values.companions, { name: "", phone: "" }] };
  return values;
}

/** Several names typed in one field. */
const namesIn = (text: string): string[] =>
  text
    .split(/[、，,;；\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Undefined when nothing was typed, NaN when it is no whole number: the schema has a message for each. */
function whole(text: string): number | undefined {
  const plain = text.normalize("NFKC").trim();
  if (plain === "") return undefined;
  return /^\d{1,15}$/.test(plain) ? Number(plain) : Number.NaN;
}

function yuan(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  return parseYuan(text) ?? Number.NaN;
}

const instant = (date: string, time: string): string =>
  date === "" || time === "" ? "" : `${date}T${time}:00+08:00`;

const unlessEmpty = <T>(key: string, value: T | undefined): Record<string, T> =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0) ? {} : { [key]: value };

/** The document that the schema checks. What belongs to an answer that was not chosen is left out. */
export function toInput(values: Values): Record<string, unknown> {
  const { text } = values;
  const t = Object.fromEntries(Object.entries(text).map(([name, value]) => [name, value.trim()])) as Record<
    Input,
    string
  >;
  const listed = HOTELS.find((hotel) => hotel.name === t.hotelName);
  const hotelName = t.hotelName === OTHER_HOTEL ? t.hotelNameText : t.hotelName;
  const star = t.hotelStar === "" ? listed?.star : Number(t.hotelStar);
  const companions = values.companions.map(({ name, phone }) => ({ name: name.trim(), phone: phone.trim() }));
  return {
    visitingOrg: t.visitingOrg,
    ...unlessEmpty("guestsMale", whole(t.guestsMale)),
    ...unlessEmpty("guestsFemale", whole(t.guestsFemale)),
    guestContactName: t.guestContactName,
    guestContactPhone: t.guestContactPhone,
    companions: companions.filter((one) => one.name !== "" || one.phone !== ""),
    arrivalDate: t.arrivalDate,
    fromPlace: t.fromPlace,
    toPlace: t.toPlace,
    departAt: instant(t.departDate || t.arrivalDate, t.departTime),
    arriveAt: instant(t.arrivalDate, t.arriveTime),
    plannedLeaveAt: instant(t.leaveDate, t.leaveTime),
    ...unlessEmpty("level", t.level),
    ...unlessEmpty("allowancePerPersonDay", yuan(t.allowancePerPersonDay)),
    ...unlessEmpty("pickupPlace", t.pickupPlace),
    ...(t.pickupPlace === "other" ? unlessEmpty("pickupPlaceText", t.pickupPlaceText) : {}),
    ...unlessEmpty("greeters", values.greeters),
    ...(values.greeters.includes("named") ? unlessEmpty("greeterNames", namesIn(t.greeterNames)) : {}),
    needFlowers: t.needFlowers !== "",
    needWelcomeSign: t.needWelcomeSign !== "",
    ...unlessEmpty("hotelClass", t.hotelClass || listed?.class),
    ...(t.hotelClass === "other" ? unlessEmpty("hotelClassText", t.hotelClassText) : {}),
    ...unlessEmpty("hotelStar", star),
    ...unlessEmpty("hotelName", hotelName),
    ...unlessEmpty("cityClass", t.cityClass === "" ? undefined : Number(t.cityClass)),
    roomType: t.roomType,
    ...unlessEmpty("roomCount", whole(t.roomCount)),
    ...unlessEmpty("lodgingPayer", t.lodgingPayer),
    ...(t.lodgingPayer === "guest_fixed_rest_company"
      ? unlessEmpty("amountPerPersonDay", yuan(t.amountPerPersonDay))
      : {}),
    ...unlessEmpty("diningPayer", t.diningPayer),
    ...(t.diningPayer === "other" ? unlessEmpty("diningPayerText", t.diningPayerText) : {}),
    ...unlessEmpty("hostLeaders", values.hostLeaders),
    ...(values.hostLeaders.includes("named")
      ? unlessEmpty("hostLeaderNames", namesIn(t.hostLeaderNames))
      : {}),
    ...unlessEmpty("budgetAmount", yuan(t.budgetAmount)),
    ...unlessEmpty("excessReason", t.excessReason),
    ...unlessEmpty("retroactiveReason", t.retroactiveReason),
    ...unlessEmpty("costDepartment", t.costDepartment),
    exchangeContent: t.exchangeContent,
  };
}

const dateOf = (at: string): string => (Number.isNaN(Date.parse(at)) ? "" : shanghaiDate(at));
const timeOf = (at: string): string => (Number.isNaN(Date.parse(at)) ? "" : toApi(at).slice(11, 16));
const yuanOf = (value: unknown): string => (typeof value === "number" ? yuanText(value) : "");

/** The form of an existing request, to change it. */
export function fromContent(c: Content): Values {
  const values = empty();
  const known = HOTELS.some((hotel) => hotel.name === c.hotelName);
  const depart = str(c.departAt);
  for (const name of TEXT_INPUTS) {
    const value = c[name];
    if (typeof value === "string") values.text[name] = value;
    else if (typeof value === "number") values.text[name] = String(value);
  }
  Object.assign(values.text, {
    arriveTime: timeOf(str(c.arriveAt)),
    departDate: dateOf(depart) === c.arrivalDate ? "" : dateOf(depart),
    departTime: timeOf(depart),
    leaveDate: dateOf(str(c.plannedLeaveAt)),
    leaveTime: timeOf(str(c.plannedLeaveAt)),
    allowancePerPersonDay: yuanOf(c.allowancePerPersonDay),
    amountPerPersonDay: yuanOf(c.amountPerPersonDay),
    budgetAmount: yuanOf(c.budgetAmount),
    needFlowers: c.needFlowers ? "on" : "",
    needWelcomeSign: c.needWelcomeSign ? "on" : "",
    greeterNames: strings(c.greeterNames).join("、"),
    hostLeaderNames: strings(c.hostLeaderNames).join("、"),
    hotelName: known || !c.hotelName ? str(c.hotelName) : OTHER_HOTEL,
    hotelNameText: known ? "" : str(c.hotelName),
  });
  return {
    ...values,
    greeters: strings(c.greeters),
    hostLeaders: strings(c.hostLeaders),
    companions: companionsOf(c),
  };
}

export type Totals = {
  guests: number;
  nights: number | null;
  amount: number | null;
  perHead: number | null;
  allowance: number | null;
  /** Fen above the cap, 0 when within. */
  over: number;
};

/** What the form adds up to, from whatever is filled in so far; `cap` (fen) is what one request may cost. */
export function totalsOf(values: Values, cap: number = BUDGET_CAP): Totals {
  const { text } = values;
  const guests = (whole(text.guestsMale) || 0) + (whole(text.guestsFemale) || 0);
  const nights = nightsOf(text.arrivalDate, text.leaveDate);
  const amount = parseYuan(text.budgetAmount);
  const daily = parseYuan(text.allowancePerPersonDay);
  return {
    guests,
    nights,
    amount,
    perHead: amount !== null && guests > 0 ? Math.round(amount / guests) : null,
    allowance: daily !== null && nights !== null && guests > 0 ? daily * guests * (nights + 1) : null,
    over: amount !== null && amount > cap ? amount - cap : 0,
  };
}

/** Which input shows the problem of a field of the schema. */
const INPUT_OF: Record<string, string> = {
  departAt: "departTime",
  arriveAt: "arriveTime",
  plannedLeaveAt: "leaveTime",
};
const MONEY = new Set(["allowancePerPersonDay", "amountPerPersonDay", "budgetAmount"]);

export type Problem = { input: string; label: string; message: string };

/** The problems in the order of the page, each with the input that shows it and its message. */
export function problemsOf(errors: FieldError[], values: Values, r: Reader): Problem[] {
  const rows = values.companions.flatMap((one, row) => (one.name.trim() || one.phone.trim() ? [row] : []));
  const seen = new Set<string>();
  return errors
    .map((error) => {
      const [head = "", index, leaf] = error.path.split(".");
      if (head === "companions" && leaf !== undefined) {
        const row = rows[Number(index)] ?? Number(index);
        const label = leaf === "phone" ? r.t.web.form.companionPhone : r.t.web.form.companionName;
        return {
          input: `companions.${row}.${leaf}`,
          label: label.replace("{n}", String(row + 1)),
          message: fieldMessage(error, r.locale),
        };
      }
      return {
        input: inputOf(head, values),
        label: labelOf(head, values, r),
        message: messageOf(error, head, r),
      };
    })
    .filter((problem) => !seen.has(problem.input) && seen.add(problem.input))
    .sort((a, b) => placeOf(a.input) - placeOf(b.input));
}

function inputOf(path: string, values: Values): string {
  if (path === "hotelName" && values.text.hotelName === OTHER_HOTEL) return "hotelNameText";
  if (path === "plannedLeaveAt" && values.text.leaveDate === "") return "leaveDate";
  return INPUT_OF[path] ?? path;
}

function labelOf(path: string, values: Values, r: Reader): string {
  const form = receptionForm(r.locale);
  if (path === "plannedLeaveAt") return values.text.leaveDate === "" ? form.leaveDate : form.leaveTime;
  return word(r.t.words.fields, path);
}

/** Money fields speak of yuan: the schema counts in fen. */
function messageOf(error: FieldError, path: string, r: Reader): string {
  if (!MONEY.has(path)) return fieldMessage(error, r.locale);
  const { form } = r.t.web;
  if (error.code === "number") return form.moneyField;
  if (error.code === "at_most") return form.moneyMax.replace("{max}", money(num(Number(error.params?.max))));
  return fieldMessage(error, r.locale);
}

/** Order of the inputs on the page. */
const ORDER: string[] = [
  "visitingOrg",
  "guestsMale",
  "guestsFemale",
  "guestContactName",
  "guestContactPhone",
  "companions",
  "arrivalDate",
  "arriveTime",
  "departDate",
  "departTime",
  "fromPlace",
  "toPlace",
  "leaveDate",
  "leaveTime",
  "level",
  "allowancePerPersonDay",
  "pickupPlace",
  "pickupPlaceText",
  "greeters",
  "greeterNames",
  "hotelName",
  "hotelNameText",
  "hotelClass",
  "hotelClassText",
  "hotelStar",
  "cityClass",
  "roomType",
  "roomCount",
  "lodgingPayer",
  "amountPerPersonDay",
  "diningPayer",
  "diningPayerText",
  "hostLeaders",
  "hostLeaderNames",
  "budgetAmount",
  "costDepartment",
  "excessReason",
  "retroactiveReason",
  "exchangeContent",
];

function placeOf(input: string): number {
  const [head = "", row = "0"] = input.split(".");
  const place = ORDER.indexOf(head);
  return (place < 0 ? ORDER.length : place) * 100 + Number(row || 0);
}

/** The anchor of an input: for a group of choices, its first one. */
export const anchorOf = (input: string): string => input.replaceAll(".", "-");
