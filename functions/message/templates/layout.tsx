/**
 * A mail as HTML that Outlook, Apple Mail and QQ Mail draw alike: nested tables, every style on its cell, no images,
 * no classes. Colours are given for ground and ink together, and `only light` is asked for: where a client darkens a
 * mail all the same, every pair keeps its contrast.
 */
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { fill } from "../../shared/i18n/messages.ts";
import { type MailDoc, type Notice, texts } from "./doc.ts";

const COLOR = {
  paper: "#f5f4ef",
  sheet: "#ffffff",
  line: "#dddbd2",
  ink: "#1b2321",
  second: "#4f5955",
  pine: "#0e6556",
  amber: "#855000",
  amberSoft: "#faefd8",
  cinnabar: "#9c2a1c",
  cinnabarSoft: "#fbe9e5",
} as const;

const FACE =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif";

/** One inline style from a face, a size, an ink and whatever else a cell wants. */
const style = (size: number, color: string, ...more: string[]): string =>
  [
    FACE,
    `font-size:${size}px`,
    `line-height:${Math.round((size * 1.5) / 2) * 2}px`,
    `color:${color}`,
    ...more,
  ].join(";");

/** Attributes that HTML has left behind and Outlook's Word engine still wants; JSX types no longer know them. */
const legacy = (attributes: Record<string, string>): object => attributes;

const TABLE = legacy({ width: "100%", cellpadding: "0", cellspacing: "0", border: "0" });

/** A table for layout; screen readers skip its structure. */
function Frame({ children, css = "" }: { children: ComponentChildren; css?: string }) {
  return (
    <table role="presentation" {...TABLE} style={css}>
      <tbody>{children}</tbody>
    </table>
  );
}

function NoticeBox({ notice }: { notice: Notice }) {
  const [soft, ink] =
    notice.tone === "refused" ? [COLOR.cinnabarSoft, COLOR.cinnabar] : [COLOR.amberSoft, COLOR.amber];
  return (
    <Frame css="margin:16px 0 0 0">
      <tr>
        <td
          {...legacy({ bgcolor: soft })}
          style={style(14, COLOR.ink, `background-color:${soft}`, "border-radius:8px", "padding:10px 14px")}
        >
          <b style={`color:${ink}`}>{notice.title}</b>
          {notice.text.split("\n").map((line) => (
            <>
              <br />
              {line}
            </>
          ))}
        </td>
      </tr>
    </Frame>
  );
}

/** Dates and sums stay whole: lines break at spaces and punctuation, inside a word only where it is too long. */
const WRAP = "word-break:keep-all;word-wrap:break-word;overflow-wrap:anywhere";
const RULE = `border-bottom:1px solid ${COLOR.line}`;

function Facts({ doc }: { doc: MailDoc }) {
  return (
    <table {...TABLE} style="margin:16px 0 0 0;border-collapse:collapse">
      <tbody>
        {doc.facts.map((fact) => (
          <tr key={fact.label}>
            <th
              scope="row"
              {...legacy({ align: "left", valign: "top", width: doc.locale === "en" ? "84" : "56" })}
              style={style(
                14,
                COLOR.second,
                "font-weight:normal",
                "text-align:left",
                "padding:8px 12px 8px 0",
                RULE,
              )}
            >
              {fact.label}
            </th>
            <td {...legacy({ valign: "top" })} style={style(15, COLOR.ink, "padding:8px 0", WRAP, RULE)}>
              {fact.value}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Field, old, new: one below the other, because two long values side by side do not fit a phone. */
function Changes({ doc }: { doc: MailDoc }) {
  const { changed } = texts(doc.locale).mail;
  if (doc.changes.length === 0) return null;
  return (
    <table {...TABLE} style="margin:16px 0 0 0;border-collapse:collapse">
      <tbody>
        {doc.changes.map((change, index) => (
          <tr key={`${index}${change.label}`}>
            <th
              scope="row"
              {...legacy({ align: "left", valign: "top", width: doc.locale === "en" ? "84" : "56" })}
              style={style(
                14,
                COLOR.second,
                "font-weight:normal",
                "text-align:left",
                "padding:8px 12px 8px 0",
                RULE,
              )}
            >
              {change.label}
            </th>
            <td
              {...legacy({ valign: "top" })}
              style={style(15, COLOR.ink, "padding:8px 0", "word-break:break-word", RULE)}
            >
              <span style={`color:${COLOR.second}`}>
                {changed.from} <s>{change.from}</s>
              </span>
              <br />
              {changed.to} <b>{change.to}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lists under a heading each: what, and below it in small print which and until when. */
function Groups({ doc }: { doc: MailDoc }) {
  return (
    <>
      {doc.groups?.map((group) => (
        <table
          key={group.title}
          role="presentation"
          {...TABLE}
          style="margin:16px 0 0 0;border-collapse:collapse"
        >
          <tbody>
            <tr>
              <td style={style(14, group.late ? COLOR.cinnabar : COLOR.second, "padding:4px 0", RULE)}>
                <b>{group.title}</b>
              </td>
            </tr>
            {group.items.map((item) => (
              <tr key={item.note}>
                <td style={style(15, COLOR.ink, "padding:8px 0", WRAP, RULE)}>
                  {item.title}
                  <br />
                  <span style={style(13, COLOR.second)}>{item.note}</span>
                </td>
              </tr>
            ))}
            {group.more !== "" && (
              <tr>
                <td style={style(13, COLOR.second, "padding:8px 0")}>{group.more}</td>
              </tr>
            )}
          </tbody>
        </table>
      ))}
    </>
  );
}

function Button({ doc }: { doc: MailDoc }) {
  return (
    <Frame css="margin:24px 0 0 0">
      <tr>
        <td
          align="center"
          {...legacy({ bgcolor: COLOR.pine })}
          style={`background-color:${COLOR.pine};border-radius:8px`}
        >
          <a
            href={doc.button.url}
            style={style(
              17,
              "#ffffff",
              "display:block",
              "padding:13px 24px",
              "mso-padding-alt:13px 24px",
              "text-decoration:none",
              "font-weight:bold",
            )}
          >
            {doc.button.label}
          </a>
        </td>
      </tr>
    </Frame>
  );
}

function Sheet({ doc }: { doc: MailDoc }) {
  return (
    <td
      {...legacy({ bgcolor: COLOR.sheet })}
      style={`background-color:${COLOR.sheet};border:1px solid ${COLOR.line};border-radius:12px;padding:24px`}
    >
      <h1 style={style(18, COLOR.ink, "margin:0", "font-weight:bold")}>{doc.heading}</h1>
      {doc.figure !== "" && (
        <p style={style(32, COLOR.ink, "margin:8px 0 0 0", "font-weight:bold")}>{doc.figure}</p>
      )}
      {doc.under && <p style={style(14, COLOR.second, "margin:0")}>{doc.under}</p>}
      {doc.notices.map((notice) => (
        <NoticeBox key={notice.title} notice={notice} />
      ))}
      <Changes doc={doc} />
      <Facts doc={doc} />
      <Groups doc={doc} />
      {doc.button.url !== "" && (
        <>
          <Button doc={doc} />
          <p style={style(13, COLOR.second, "margin:16px 0 0 0")}>
            {[doc.hint, texts(doc.locale).mail.plainAddress]
              .filter(Boolean)
              .join(doc.locale === "en" ? " " : "")}
            <br />
            <span style={`color:${COLOR.pine};word-break:break-all`}>{doc.button.url}</span>
          </p>
        </>
      )}
    </td>
  );
}

function Mail({ doc }: { doc: MailDoc }) {
  const { mail, words } = texts(doc.locale);
  return (
    <html lang={doc.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="only light" />
        <meta name="supported-color-schemes" content="light" />
        <meta name="format-detection" content="telephone=no, date=no, address=no" />
        <title>{doc.subject}</title>
      </head>
      <body style={`margin:0;padding:0;background-color:${COLOR.paper}`}>
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{doc.preheader}</div>
        <Frame css={`background-color:${COLOR.paper}`}>
          <tr>
            <td align="center" {...legacy({ bgcolor: COLOR.paper })} style="padding:24px 12px">
              <Frame css="max-width:560px">
                <tr>
                  <td style={style(14, COLOR.second, "padding:0 4px 12px 4px")}>
                    <b style={`color:${COLOR.pine}`}>◯ {words.product}</b> {words.company}
                  </td>
                </tr>
                <tr>
                  <Sheet doc={doc} />
                </tr>
                <tr>
                  <td style={style(13, COLOR.second, "padding:14px 4px 0 4px")}>
                    {doc.why.join(doc.locale === "en" ? " " : "")}
                    {doc.optOut && (
                      <>
                        <br />
                        <a href={doc.optOut.url} style={`color:${COLOR.second}`}>
                          {doc.optOut.label}
                        </a>
                      </>
                    )}
                    {doc.caseId !== "" && (
                      <>
                        <br />
                        {fill(mail.caseCode, { caseId: doc.caseId })}
                      </>
                    )}
                  </td>
                </tr>
              </Frame>
            </td>
          </tr>
        </Frame>
      </body>
    </html>
  );
}

/** The HTML of a mail, whole document. */
export const html = (doc: MailDoc): string => `<!doctype html>${renderToString(<Mail doc={doc} />)}`;
