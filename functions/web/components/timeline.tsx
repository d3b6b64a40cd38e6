/** The timeline of a case, newest first, and whether its chain of events holds. */
import type { ComponentChildren, JSX } from "preact";
import { checkCode, exact, when } from "../../shared/i18n/format.ts";
import type { TimelineLine } from "../models/timeline.ts";
import type { Reader } from "../models/view.ts";
import { Prose, Sheet } from "./bits.tsx";

type Props = {
  r: Reader;
  view: { chainValid: boolean; contentHash: string };
  lines: readonly TimelineLine[];
  /** How the time of a line is told; as everywhere unless said otherwise. */
  timeOf?: (line: TimelineLine) => string;
  /** What stands before the lines. */
  children?: ComponentChildren;
};

export function TimelineSheet({ r, view, lines, timeOf, children }: Props): JSX.Element {
  const t = r.t.web.case;
  const told = timeOf ?? ((line: TimelineLine) => when(line.at, r.now, r.locale));
  return (
    <Sheet id="timeline" title={t.timeline} aside={<p class="kicker">{t.newestFirst}</p>}>
      {children}
      <ol class="timeline">
        {lines.map((line) => (
          <li key={line.seq} class={line.key ? "key-event" : undefined}>
            <time dateTime={line.at} title={exact(line.at, r.locale)}>
              {told(line)}
            </time>
            <div>
              {line.key ? <b>{line.text}</b> : line.text}
              {line.notes.map((note) => (
                <p class="kicker" key={note}>
                  <Prose text={note} />
                </p>
              ))}
            </div>
          </li>
        ))}
      </ol>
      <p class={view.chainValid ? "hint" : "error"}>
        {t.check} {checkCode(view.contentHash)} · {view.chainValid ? t.chainOk : t.chainBroken}
      </p>
    </Sheet>
  );
}
