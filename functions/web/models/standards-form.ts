/** The editor of the table of standards: document to fields, fields to document, problems to their fields. Pure. */
import type { Standards } from "../../reception/standards.ts";
import { elapsedMs } from "../../shared/duration.ts";
import type { FieldError } from "../../shared/errors.ts";
import { fieldMessage, fill } from "../../shared/i18n/messages.ts";
import { policyTexts } from "../../shared/i18n/sections/policies.ts";
import { yuanText } from "../../shared/money.ts";
import { inUnits, keptDuration, rowsOf, unlessEmpty, whole, yuan } from "./form-values.ts";
import type { Problem } from "./reception-form.ts";
import type { Reader } from "./view.ts";

export const LEVELS = ["A", "B", "C"] as const;
export const CITIES = ["1", "2", "3"] as const;
const DAY = 86_400_000;
const MAX_HOTELS = 500;

export type Hotel = { name: string; star: string; cityClass: string; contracted: string };
/** `text` by the path of the field in the document. */
export type StandardsValues = { text: Record<string, string>; hotels: Hotel[]; iso: string };

type Level = (typeof LEVELS)[number];
/** The rows of the table: each has a field for every level. */
export type Row = { key: string; path: (level: Level) => string; city?: (typeof CITIES)[number] };
export const ROWS: Row[] = [
  { key: "mealPerHead", path: (level) => `mealPerHead.${level}` },
  ...CITIES.map(
    (city): Row => ({ key: "hotel", city, path: (level) => `hotelPerRoomNight.${level}.${city}` }),
  ),
  { key: "giftPerGuest", path: (level) => `giftPerGuest.${level}` },
  { key: "perHeadCap", path: (level) => `perHeadCap.${level}` },
];
const CELLS = ROWS.flatMap((row) => LEVELS.map((level) => row.path(level)));
const MONEY = [...CELLS, "allowancePerPersonDay", "cap"];
const NUMBERS = [
  "mealsPerDay",
  "companions.upTo",
  "companions.max",
  "companions.above.0",
  "companions.above.1",
  "sameGuest.times",
  "sameGuest.withinDays",
];
const ENABLED = "companions.enabled";
const RETROACTIVE = "retroactiveWithin";

/** What stands at a dotted path. */
function valueAt(document: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
}

/** The fields of a document. */
export function fromStandards(table: Standards): StandardsValues {
  const text: Record<string, string> = {};
  for (const path of MONEY) text[path] = yuanText(valueAt(table, path) as number);
  for (const path of NUMBERS) text[path] = String(valueAt(table, path));
  text[ENABLED] = table.companions.enabled ? "on" : "";
  text[RETROACTIVE] = inUnits(elapsedMs(table.retroactiveWithin), DAY);
  return {
    text,
    hotels: table.hotels.map((hotel) => ({
      name: hotel.name,
      star: String(hotel.star),
      cityClass: String(hotel.cityClass),
      contracted: hotel.contracted ? "on" : "",
    })),
    iso: table.retroactiveWithin,
  };
}

/** The posted form as typed. */
export function readStandardsForm(form: URLSearchParams): StandardsValues {
  const get = (name: string) => form.get(name) ?? "";
  return {
    text: Object.fromEntries([...MONEY, ...NUMBERS, ENABLED, RETROACTIVE].map((path) => [path, get(path)])),
    hotels: rowsOf(form, "hotels", MAX_HOTELS).map((row) => ({
      name: get(`hotels.${row}.name`),
      star: get(`hotels.${row}.star`),
      cityClass: get(`hotels.${row}.cityClass`),
      contracted: get(`hotels.${row}.contracted`),
    })),
    iso: get("iso"),
  };
}

/** The form after a press of "add a hotel" or "remove". */
export function pressedStandards(values: StandardsValues, form: URLSearchParams): StandardsValues {
  const [, removed] = /^hotels\.(\d{1,3})$/.exec(form.get("remove") ?? "") ?? [];
  const hotels = values.hotels.filter((_, row) => String(row) !== removed);
  if (form.get("add") === "hotels" && hotels.length < MAX_HOTELS)
    hotels.push({ name: "", star: "3", cityClass: "2", contracted: "" });
  return { ...values, hotels };
}

/** The document that the fields describe, for the schema to check. */
export function toStandards({ text, hotels, iso }: StandardsValues): Record<string, unknown> {
  const money = (path: string) => yuan(text[path] ?? "");
  const number = (path: string) => whole(text[path] ?? "");
  const each = (of: (level: Level) => unknown) =>
    Object.fromEntries(LEVELS.flatMap((level) => Object.entries(unlessEmpty(level, of(level)))));
  return {
    mealPerHead: each((level) => money(`mealPerHead.${level}`)),
    ...unlessEmpty("mealsPerDay", number("mealsPerDay")),
    hotelPerRoomNight: each((level) =>
      Object.fromEntries(
        CITIES.flatMap((city) =>
          Object.entries(unlessEmpty(city, money(`hotelPerRoomNight.${level}.${city}`))),
        ),
      ),
    ),
    giftPerGuest: each((level) => money(`giftPerGuest.${level}`)),
    ...unlessEmpty("allowancePerPersonDay", money("allowancePerPersonDay")),
    perHeadCap: each((level) => money(`perHeadCap.${level}`)),
    ...unlessEmpty("cap", money("cap")),
    companions: {
      ...unlessEmpty("upTo", number("companions.upTo")),
      ...unlessEmpty("max", number("companions.max")),
      above: [number("companions.above.0"), number("companions.above.1")],
      enabled: text[ENABLED] !== "",
    },
    sameGuest: {
      ...unlessEmpty("times", number("sameGuest.times")),
      ...unlessEmpty("withinDays", number("sameGuest.withinDays")),
    },
    ...unlessEmpty(RETROACTIVE, keptDuration(text[RETROACTIVE] ?? "", iso, "days", elapsedMs, DAY)),
    hotels: hotels.map((hotel) => ({
      name: hotel.name.trim(),
      ...unlessEmpty("star", whole(hotel.star)),
      ...unlessEmpty("cityClass", whole(hotel.cityClass)),
      contracted: hotel.contracted !== "",
    })),
  };
}

export function labelOf(input: string, r: Reader): string {
  const { standards: texts } = policyTexts(r.locale);
  const row = ROWS.find((one) => LEVELS.some((level) => one.path(level) === input));
  if (row) {
    const level = LEVELS.find((one) => row.path(one) === input) ?? "";
    return `${rowLabel(row, r)} · ${fill(texts.level, { level })}`;
  }
  const words: Record<string, string> = {
    mealsPerDay: texts.mealsPerDay,
    allowancePerPersonDay: texts.allowancePerPersonDay,
    cap: texts.cap,
    "companions.upTo": texts.upTo,
    "companions.max": texts.max,
    "companions.above.0": texts.part,
    "companions.above.1": texts.whole,
    "companions.above": texts.part,
    "companions.enabled": texts.companionsEnabled,
    "sameGuest.times": texts.times,
    "sameGuest.withinDays": texts.withinDays,
    retroactiveWithin: texts.retroactiveWithin,
    hotels: texts.hotels,
  };
  const [, index, leaf] = /^hotels\.(\d+)\.(\w+)$/.exec(input) ?? [];
  if (index === undefined) return words[input] ?? input;
  const hotel: Record<string, string> = {
    name: texts.hotelName,
    star: texts.star,
    cityClass: texts.cityClass,
    contracted: texts.contract,
  };
  return fill(hotel[leaf ?? ""] ?? input, { n: Number(index) + 1 });
}

export function rowLabel(row: Row, r: Reader): string {
  const { standards: texts } = policyTexts(r.locale);
  if (row.city) return fill(texts.hotel, { city: r.t.words.reception.cityClass[row.city] });
  return texts[row.key as "mealPerHead"];
}

/** Problems of the document at the inputs that show them, once each. */
export function standardsProblems(errors: FieldError[], r: Reader): Problem[] {
  const found = errors.map((error): Problem => {
    const path = error.path.replace(/^document\.?/, "");
    const input = path === "companions.above" ? "companions.above.0" : path;
    const isMoney = MONEY.includes(input);
    const max = Number(error.params?.max);
    return {
      input,
      label: labelOf(input, r),
      message:
        isMoney && error.code === "number"
          ? r.t.web.form.moneyField
          : isMoney && error.code === "at_most"
            ? fill(r.t.web.form.moneyMax, { max: yuanText(max) })
            : fieldMessage(error, r.locale),
    };
  });
  return found.filter(({ input }, index) => found.findIndex((one) => one.input === input) === index);
}
