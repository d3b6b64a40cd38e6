/** Parts of a complaint’s page: facts, why this handler, who had it how long, the proposal, files, messages. */
import type { JSX } from "preact";
import { INVESTIGATION_FIELDS } from "../../complaint/model.ts";
import { FILE_TYPES } from "../../file/rules.ts";
import { dayOfDate, exact, fileSize, money, phone, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintIntake } from "../../shared/i18n/sections/complaint-intake.ts";
import { complaintStory } from "../../shared/i18n/sections/complaint-story.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { type ComplaintView, mayReadDossier, type Names } from "../models/complaint.ts";
import { workTime } from "../models/complaint-clock.ts";
import { count, isolate, str, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Fact, Prose, Sheet, When } from "./bits.tsx";

export function ComplaintFacts({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element {
  const t = complaintCase(r.locale).facts;
  const words = complaintWords(r.locale);
  const content = view.content ?? {};
  const joined = (...parts: string[]) => parts.filter((part) => part !== "").join(" · ");
  const { repeatOf } = view;
  return (
    <dl class="facts">
      {view.content ? (
        <>
          <Fact label={t.complainant}>
            <bdi>{str(content.complainantName)}</bdi>
            <br />
            <a href={`tel:${str(content.complainantPhone)}`}>{phone(str(content.complainantPhone))}</a>
            {str(content.complainantEmail) && (
              <>
                <br />
                <bdi>{str(content.complainantEmail)}</bdi>
              </>
            )}
          </Fact>
          {str(content.organisation) && (
            <Fact label={t.organisation}>
              <bdi>{str(content.organisation)}</bdi>
            </Fact>
          )}
          {str(content.waybillNo) && (
            <Fact label={t.waybill}>
              <a href={`/complaints?waybillNo=${encodeURIComponent(str(content.waybillNo))}&status=`}>
                <bdi>{str(content.waybillNo)}</bdi>
              </a>
            </Fact>
          )}
          {str(content.occurredAt) && (
            <Fact label={t.occurredAt}>
              <When at={str(content.occurredAt)} r={r} />
            </Fact>
          )}
          <Fact label={t.description}>
            <Prose text={str(content.description)} />
          </Fact>
          {str(content.remedySought) && (
            <Fact label={t.remedy}>
              <Prose text={str(content.remedySought)} />
            </Fact>
          )}
          <Fact label={t.channel}>{wordOf(words.channels, str(content.channel))}</Fact>
        </>
      ) : (
        <Fact label={t.description}>
          <span class="quiet">{t.erased}</span>
        </Fact>
      )}
      <Fact label={t.category}>
        {joined(
          wordOf(words.categories, view.category),
          view.subCategory ? isolate(wordOf(complaintIntake(r.locale).subCategories, view.subCategory)) : "",
        )}
      </Fact>
      <Fact label={t.severity}>
        {joined(wordOf(words.severities, view.severity), wordOf(words.urgencies, view.urgency))}
      </Fact>
      <Fact label={t.responding}>{word(r.t.words.departments, view.respondingDept)}</Fact>
      <Fact label={t.assignee}>
        {view.assignee ? <bdi>{view.assignee.name}</bdi> : <span class="quiet">{t.nobody}</span>}
      </Fact>
      {view.level > 0 && <Fact label={t.level}>{word(words.levels, String(view.level))}</Fact>}
      {view.reopenCount > 0 && <Fact label={t.reopened}>{count(t.times, view.reopenCount)}</Fact>}
      {view.csat !== null && <Fact label={t.csat}>{fill(t.csatOf, { n: view.csat })}</Fact>}
      {view.claimId && (
        <Fact label={t.claim}>
          <a href={`/cases/${view.claimId}`}>{view.claimId}</a>
        </Fact>
      )}
      {repeatOf && (
        <Fact label={complaintCase(r.locale).facts.reopened}>
          <a href={`/cases/${repeatOf}`}>{fill(complaintCase(r.locale).repeatOf, { caseId: repeatOf })}</a>
        </Fact>
      )}
    </dl>
  );
}

/** Why this person handles it: the sentence, and whom the rule saw. */
export function Assignment({
  r,
  view,
  names,
}: {
  r: Reader;
  view: ComplaintView;
  names: Names;
}): JSX.Element | null {
  const { assignmentReason: reason, assignee } = view;
  const t = complaintCase(r.locale).assignment;
  if (!reason || !assignee) return null;
  return (
    <Sheet id="assignment" title={fill(t.title, { name: isolate(assignee.name) })}>
      <p>{reason.text}</p>
      {reason.candidates.length > 1 && (
        <details class="more">
          <summary>{t.table}</summary>
          <table class="data">
            <thead>
              <tr>
                <th scope="col">{t.person}</th>
                <th scope="col">{t.skilled}</th>
                <th scope="col">{t.present}</th>
                <th scope="col" class="num">
                  {t.load}
                </th>
              </tr>
            </thead>
            <tbody>
              {reason.candidates.map((one) => (
                <tr key={one.staffId}>
                  <td>
                    <bdi>{names(one.staffId)}</bdi>
                  </td>
                  <td>{one.skilled ? t.yes : t.no}</td>
                  <td>{one.present ? t.yes : t.no}</td>
                  <td class="num">{one.load}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </Sheet>
  );
}

/** Who had the case from when to when, and for how much working time. */
export function Stretches({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element | null {
  const t = complaintCase(r.locale).stretches;
  // For a moment nobody had it, until the rule found somebody.
  const stretches = view.stretches.filter((one) => one.assignee !== null || one.workingMinutes > 0);
  if (stretches.length === 0) return null;
  return (
    <Sheet id="stretches" title={t.title}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">{t.assignee}</th>
            <th scope="col">{t.time}</th>
            <th scope="col" class="num">
              {t.minutes}
            </th>
          </tr>
        </thead>
        <tbody>
          {stretches.map((one) => (
            <tr key={one.from}>
              <td>
                {one.assignee ? <bdi>{one.assignee.name}</bdi> : <span class="quiet">{t.nobody}</span>}
                <small>{word(r.t.words.departments, one.department)}</small>
              </td>
              <td>
                {fill(t.range, {
                  from: when(one.from, r.now, r.locale),
                  to: one.to ? when(one.to, r.now, r.locale) : t.today,
                })}
              </td>
              <td class="num">{workTime(one.workingMinutes, r)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

/** What the last investigation found and proposes. */
export function Result({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element | null {
  const { investigation, disposition } = view;
  const t = complaintCase(r.locale).result;
  const words = complaintWords(r.locale);
  if (!investigation && !disposition) return null;
  return (
    <Sheet
      id="result"
      title={t.title}
      aside={
        <a class="small" href={`/cases/${view.caseId}/report`}>
          {t.report}
        </a>
      }
    >
      <dl class="facts">
        {disposition && (
          <Fact label={t.disposition} sum>
            {wordOf(words.dispositions, disposition.type)}
            {disposition.amount === undefined ? "" : ` ${money(disposition.amount)}`}
          </Fact>
        )}
        {investigation &&
          INVESTIGATION_FIELDS.map((field) => (
            <Fact key={field} label={words.investigation[field]}>
              <Prose text={investigation[field]} />
            </Fact>
          ))}
        {disposition && (
          <Fact label={t.notice}>
            <Prose text={disposition.noticeText} />
          </Fact>
        )}
      </dl>
    </Sheet>
  );
}

export function ComplaintFiles({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element {
  const { web } = r.t;
  const t = complaintCase(r.locale).files;
  const path = `/cases/${view.caseId}/attachments`;
  return (
    <Sheet id="files" title={t.title}>
      {view.attachments.length === 0 ? (
        <p class="quiet small">{t.none}</p>
      ) : (
        <ul class="files">
          {view.attachments.map((file) => (
            <li key={file.attachmentId}>
              <a href={`/api/cases/${file.caseId ?? view.caseId}/attachments/${file.attachmentId}`}>
                <bdi>{file.name}</bdi>
              </a>
              <span class="kicker nowrap">
                {"internal" in file && file.internal === true ? `${t.internal} · ` : ""}
                <bdi>
                  {file.by.staffId === "customer" ? complaintCase(r.locale).facts.customerFile : file.by.name}
                </bdi>{" "}
                · {fileSize(file.size)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {r.csrf && view.status === "open" && (
        <form
          class="field stack-s"
          method="post"
          action={path}
          data-upload={`/api${path}`}
          data-done={`/complaints/${view.caseId}?told=attached`}
          data-uploading={web.case.uploading}
          data-checking={web.case.checking}
          data-failed={web.case.uploadFailed}
        >
          <input type="hidden" name="csrf" value={r.csrf} />
          <div class="field" data-picker hidden>
            <label for="upload">{web.case.choose}</label>
            <input
              class="input"
              id="upload"
              type="file"
              accept={FILE_TYPES.join(",")}
              aria-describedby="upload-h"
              disabled
            />
          </div>
          <p class="hint" id="upload-h">
            {r.t.file.limits} {t.hint}
          </p>
          <div class="btns">
            <button class="btn" type="submit">
              {web.case.upload}
            </button>
            <span class="hint" data-told role="status" />
          </div>
        </form>
      )}
    </Sheet>
  );
}

export function Dossier({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element {
  const t = complaintCase(r.locale).dossier;
  return (
    <Sheet id="dossier" title={t.title}>
      {view.dossier ? (
        <>
          <p class="small">
            {fill(t.text, { date: dayOfDate(view.dossier.retainUntil.slice(0, 10), r.now, r.locale) })}
          </p>
          {mayReadDossier(view, r) && (
            <p class="btns">
              <a class="btn" href={`/api/cases/${view.caseId}/dossier`}>
                {t.open}
              </a>
            </p>
          )}
        </>
      ) : (
        <p class="quiet small">{t.later}</p>
      )}
    </Sheet>
  );
}

/** Every message of the case with what became of it. */
export function ComplaintMessages({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element {
  const t = complaintCase(r.locale);
  const { web, words } = r.t;
  const kinds = { ...words.messages, ...complaintStory(r.locale).messages, ...t.messageNames };
  return (
    <Sheet id="messages" title={t.messages}>
      {view.messages.length === 0 ? (
        <p class="quiet small">{web.case.noMessages}</p>
      ) : (
        <ul class="files">
          {[...view.messages].reverse().map((message) => {
            const until = message.deferredUntil;
            return (
              <li key={message.id}>
                <span>
                  {word(kinds, message.kind)}
                  <small class="kicker">
                    {" "}
                    <bdi>{message.to.staffId === "customer" ? t.facts.customerFile : message.to.name}</bdi> ·{" "}
                    {word(words.channels, message.channel)}
                  </small>
                </span>
                <span class="kicker nowrap">
                  {message.sentAt ? (
                    <time dateTime={message.sentAt} title={exact(message.sentAt, r.locale)}>
                      {when(message.sentAt, r.now, r.locale)}
                    </time>
                  ) : message.status === "deferred" && until ? (
                    fill(t.until2, { time: when(until, r.now, r.locale) })
                  ) : (
                    word(words.messageStates, message.status)
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Sheet>
  );
}
