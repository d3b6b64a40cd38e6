/**
 * Money, times and sizes as people read them, in zone Asia/Shanghai. Pure: whoever formats passes `now`.
 * Times come in two forms: human (今天 18:00 前) and exact, for `title`, `datetime` and print.
 */
import type { Locale } from "../../directory/model.ts";
import { SHANGHAI_MS } from "../clock.ts";
import { lazy } from "../lazy.ts";
import { moneyParts } from "../money.ts";

type At = string | number;

const MINUTE = 60_000;
const DAY = 86_400_000;

const ms = (at: At): number => (typeof at === "number" ? at : Date.parse(at));

/** ¥1,234.00 */
export function money(fen: number): string {
  const { sign, yuan, cents } = moneyParts(fen);
  return `${sign}¥${yuan}.${cents}`;
}

/** 1,234: an amount where the currency goes without saying. */
export const plainMoney = (fen: number): string => shortMoney(fen).replace("¥", "");

/** ¥1,234, with the fen only where there are some: for subjects, captions and keys. */
export function shortMoney(fen: number): string {
  const { sign, yuan, cents } = moneyParts(fen);
  return `${sign}¥${yuan}${cents === "00" ? "" : `.${cents}`}`;
}

/** 138 0000 0001 for a mobile of this country, any other number as it is kept. */
export const phone = (number: string): string => number.replace(/^\+86(1\d\d)(\d{4})(\d{4})$/, "$1 $2 $3");

/** Making the first of these takes longer than many a whole request. */
const weekdays = {
  "zh-CN": lazy(() => new Intl.DateTimeFormat("zh-CN", { timeZone: "UTC", weekday: "short" })),
  en: lazy(() => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short" })),
};
const months = lazy(() => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short" }));

type Parts = { year: number; month: number; day: number; hour: number; minute: number; days: number };

function parts(at: At): Parts {
  const local = new Date(ms(at) + SHANGHAI_MS);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    days: Math.floor(local.getTime() / DAY),
  };
}

const two = (value: number): string => String(value).padStart(2, "0");
const clock = (p: Parts): string => `${p.hour}:${two(p.minute)}`;
const weekdayOf = (p: Parts, locale: Locale): string => weekdays[locale]().format(p.days * DAY);
/** Monday of that week, as a day number; 1970-01-01 was a Thursday. */
const weekOf = (p: Parts): number => Math.floor((p.days + 3) / 7);

function dateOf(p: Parts, now: Parts, locale: Locale): string {
  if (locale === "en") {
    const month = months().format(p.days * DAY);
    return p.year === now.year ? `${p.day} ${month}` : `${p.day} ${month} ${p.year}`;
  }
  return p.year === now.year ? `${p.month}月${p.day}日` : `${p.year}年${p.month}月${p.day}日`;
}

/** 18:00 in Shanghai. */
export const timeOfDay = (at: At): string => clock(parts(at));

/** 12月7日（周一） · Mon 7 Dec */
export function day(at: At, now: At, locale: Locale): string {
  const p = parts(at);
  const date = dateOf(p, parts(now), locale);
  return locale === "en" ? `${weekdayOf(p, locale)} ${date}` : `${date}（${weekdayOf(p, locale)}）`;
}

/** A plain date `YYYY-MM-DD` in the same words. */
export const dayOfDate = (date: string, now: At, locale: Locale): string =>
  day(`${date}T12:00:00+08:00`, now, locale);

/** 2026年12月2日 18:00 · 2 December 2026, 18:00 */
export function exact(at: At, locale: Locale): string {
  const p = parts(at);
  if (locale === "zh-CN") return `${p.year}年${p.month}月${p.day}日 ${clock(p)}`;
  const month = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long" }).format(p.days * DAY);
  return `${p.day} ${month} ${p.year}, ${clock(p)}`;
}

/** 2026年12月 · December 2026, of a period `YYYY-MM`. */
export function month(period: string, locale: Locale): string {
  const at = Date.parse(`${period}-15T00:00:00Z`);
  if (Number.isNaN(at)) return period;
  return locale === "en"
    ? new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" }).format(at)
    : `${period.slice(0, 4)}年${Number(period.slice(5))}月`;
}

/** 2026年12月 · 2026年第4季度 · 2026年, of a budget's period `YYYY-MM`, `YYYY-Qn` or `YYYY`. */
export function periodName(period: string, locale: Locale): string {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) return locale === "en" ? `Q${quarter[2]} ${quarter[1]}` : `${quarter[1]}年第${quarter[2]}季度`;
  if (/^\d{4}$/.test(period)) return locale === "en" ? period : `${period}年`;
  return month(period, locale);
}

/** The day in words near `now`, else the date: 今天, 昨天, 明天, 周五, 12月4日. */
function nearDay(p: Parts, now: Parts, locale: Locale): { text: string; near: boolean } {
  const away = p.days - now.days;
  const words =
    locale === "en"
      ? { 0: "today", [-1]: "yesterday", 1: "tomorrow" }
      : { 0: "今天", [-1]: "昨天", 1: "明天" };
  const word = words[away as 0];
  if (word) return { text: word, near: true };
  if (away > 0 && weekOf(p) === weekOf(now)) return { text: weekdayOf(p, locale), near: true };
  return { text: dateOf(p, now, locale), near: false };
}

/** When something was or will be: 昨天 14:05 · 周五 9:10 · 12月1日 16:14. */
export function when(at: At, now: At, locale: Locale): string {
  const p = parts(at);
  const { text, near } = nearDay(p, parts(now), locale);
  return locale === "en" && !near ? `${text}, ${clock(p)}` : `${text} ${clock(p)}`;
}

/** The same by its date: 12月1日 14:05 · 1 Dec, 14:05. For what may be read on another day than it was written. */
export function dated(at: At, now: At, locale: Locale): string {
  const p = parts(at);
  const date = dateOf(p, parts(now), locale);
  return locale === "en" ? `${date}, ${clock(p)}` : `${date} ${clock(p)}`;
}

/** Until when: 今天 18:00 前 · by 18:00 today. */
export function deadline(at: At, now: At, locale: Locale): string {
  if (locale === "zh-CN") return `${when(at, now, locale)} 前`;
  const p = parts(at);
  const { text, near } = nearDay(p, parts(now), locale);
  const named = near && !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)$/.test(text);
  return named ? `by ${clock(p)} ${text}` : `by ${when(at, now, locale)}`;
}

/** How long: 40 分钟 · 1 小时 30 分 · 2 天 3 小时. */
export function span(length: number, locale: Locale): string {
  const minutes = Math.floor(Math.abs(length) / MINUTE);
  if (minutes < 1) return locale === "en" ? "less than a minute" : "不到 1 分钟";
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  // Beyond a few hours nobody counts minutes.
  const rest = hours >= 6 ? 0 : minutes % 60;
  if (locale === "en") {
    const list =
      days > 0 ? [unit(days, "day"), unit(hours, "hour")] : [unit(hours, "hour"), unit(rest, "min", "min")];
    return list.filter(Boolean).join(" ");
  }
  if (days > 0) return hours > 0 ? `${days} 天 ${hours} 小时` : `${days} 天`;
  if (hours === 0) return `${rest} 分钟`;
  return rest > 0 ? `${hours} 小时 ${rest} 分` : `${hours} 小时`;
}

const unit = (n: number, one: string, many = `${one}s`): string =>
  n === 0 ? "" : `${n} ${n === 1 ? one : many}`;

/** Working time in words, rounded down to the half hour: 3 个工作小时. */
export function workingSpan(minutes: number, locale: Locale): string {
  const size = Math.abs(minutes);
  if (size < 60) {
    const n = Math.max(1, Math.floor(size));
    return locale === "en" ? `${unit(n, "working minute")}` : `${n} 分钟工作时间`;
  }
  const hours = Math.floor(size / 30) / 2;
  return locale === "en" ? `${hours} working ${hours === 1 ? "hour" : "hours"}` : `${hours} 个工作小时`;
}

/** Whether a deadline has passed, and what is left or over, in words: 还剩 3 小时 · 超时 40 分钟. */
export function timeLeft(dueAt: At, now: At, locale: Locale): { late: boolean; text: string } {
  const left = ms(dueAt) - ms(now);
  const length = span(left, locale);
  if (left < 0) return { late: true, text: locale === "en" ? `${length} overdue` : `超时 ${length}` };
  return { late: false, text: locale === "en" ? `${length} left` : `还剩 ${length}` };
}

/** The same with the deadline: 还剩 3 小时（今天 18:00 前） · 3 hours left (by 18:00 today). */
export function timeLeftUntil(dueAt: At, now: At, locale: Locale): { late: boolean; text: string } {
  const { late, text } = timeLeft(dueAt, now, locale);
  const until = deadline(dueAt, now, locale);
  if (locale === "en") return { late, text: `${text} (${late ? "was due " : ""}${until})` };
  return { late, text: late ? `${text}（应在${until}）` : `${text}（${until}）` };
}

/** 310 KB · 4.2 MB */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Names in a row: 张科、李敏 · Zhang Ke and Li Min. */
export function listOf(items: string[], locale: Locale): string {
  if (locale === "zh-CN") return items.join("、");
  return new Intl.ListFormat("en", { type: "conjunction" }).format(items);
}

/** The content check code that people compare: 7C41-90AE, from the content hash. */
export function checkCode(hash: string): string {
  const head = hash.slice(0, 8).toUpperCase();
  return `${head.slice(0, 4)}-${head.slice(4)}`;
}

/** A share of 1 in per cent, or a dash. */
export const percent = (share: number | null): string =>
  share === null ? "—" : `${Math.round(share * 1000) / 10}%`;
