/** The shell of the pages that customers see: the firm's name, the way to the progress, the other language. */
import type { ComponentChildren } from "preact";
import { fill } from "../../shared/i18n/messages.ts";
import { careAnswer } from "../../shared/i18n/sections/care-answer.ts";
import type { Reader } from "../models/view.ts";
import { page } from "./layout.tsx";

export function carePage(p: { r: Reader; title: string; children: ComponentChildren }): string {
  const { r } = p;
  const t = careAnswer(r.locale);
  return page({
    // Whoever is signed in beside it is not named here: a customer may be looking over his shoulder.
    r: { ...r, actor: null, csrf: null },
    title: `${p.title} · ${r.t.words.company}`,
    kind: "public",
    narrow: true,
    beside: <a href="/c#status">{t.statusLink}</a>,
    foot: fill(t.foot, { company: r.t.words.company }),
    children: p.children,
  });
}
