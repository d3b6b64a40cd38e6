/** The pages under `/_local/`: plain, readable on a phone, Chinese and English side by side. */
import { type ComponentChildren, h, type VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { DemoPerson, InboxMessage } from "./control.ts";
import type { ExecutionRow } from "./executions.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, "Noto Sans SC", sans-serif; }
  body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
  nav a { margin-right: 1rem; } h1 { font-size: 1.4rem; }
  article, li.card { border: 1px solid #8886; border-radius: .5rem; padding: .75rem; margin: .75rem 0; list-style: none; }
  ul.plain { padding: 0; } pre { white-space: pre-wrap; background: #8881; padding: .5rem; border-radius: .25rem; }
  iframe { width: 100%; height: 36rem; border: 1px solid #8886; background: #fff; }
  small { opacity: .75; } select, button { font: inherit; padding: .3rem .6rem; }
`;

function page(title: string, ...content: ComponentChildren[]): string {
  const links = [
    ["/", "网站 Site"],
    ["/_local/inbox.html", "收件箱 Inbox"],
    ["/_local/executions", "流程 Executions"],
    ["/_local/", "本地 Local"],
  ] as const;
  const document = h(
    "html",
    { lang: "zh-CN" },
    h(
      "head",
      null,
      h("meta", { charSet: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("title", null, `${title} · CareLoop`),
      h("style", { dangerouslySetInnerHTML: { __html: STYLE } }),
    ),
    h(
      "body",
      null,
      h("nav", { "aria-label": "CareLoop" }, ...links.map(([href, text]) => h("a", { href }, text))),
      h("main", null, h("h1", null, title), ...content),
    ),
  );
  return `<!doctype html>${renderToString(document)}`;
}

const line = (zh: string, en: string) => `${zh} ${en}`;

export function homePage(cloud: { siteUrl: string; awsUrl: string; now: string }): string {
  return page(
    line("本地云", "Embedded cloud"),
    h("p", null, line("虚拟时间", "Virtual time"), ": ", h("time", null, cloud.now)),
    h("p", null, line("网站", "Site"), ": ", h("a", { href: cloud.siteUrl }, cloud.siteUrl)),
    h("p", null, line("AWS 端点", "AWS endpoint"), ": ", h("code", null, cloud.awsUrl)),
    h("pre", null, `curl -X POST ${cloud.siteUrl}/_local/clock -d '{"advance":"PT2H"}'`),
  );
}

type Listed = InboxMessage & { row: number };

const heading = (message: Listed): VNode =>
  h(
    "p",
    null,
    h("strong", null, message.channel === "sms" ? "短信 SMS" : message.subject),
    h("br", null),
    h("small", null, `${message.to} · ${message.sentAt.slice(0, 19).replace("T", " ")} · ${message.kind}`),
    message.caseId ? h("small", null, ` · ${message.caseId}`) : null,
  );

/** Newest first; `to` is the address that the list is filtered by. */
export function inboxPage(messages: Listed[], people: DemoPerson[], to: string): string {
  const options = people.flatMap((person) => [
    { value: person.email, text: `${person.name} ${person.email}` },
    { value: person.phone, text: `${person.name} ${person.phone}` },
  ]);
  return page(
    line("收件箱", "Inbox"),
    h(
      "form",
      { method: "get" },
      h("label", { htmlFor: "to" }, `${line("收件人", "To")} `),
      h(
        "select",
        { name: "to", id: "to" },
        h("option", { value: "" }, line("全部", "Everybody")),
        ...options.map(({ value, text }) => h("option", { value, selected: value === to }, text)),
      ),
      " ",
      h("button", null, line("筛选", "Filter")),
    ),
    messages.length === 0 ? h("p", null, line("还没有消息。", "No messages yet.")) : null,
    h(
      "ul",
      { class: "plain" },
      ...messages
        .slice(0, 200)
        .map((message) =>
          h(
            "li",
            { class: "card" },
            heading(message),
            message.channel === "sms"
              ? h("pre", null, message.text)
              : h("a", { href: `/_local/mail.html?row=${message.row}` }, line("打开", "Open")),
          ),
        ),
    ),
  );
}

/** One e-mail: as it looks (in a frame where nothing runs), its links, and its text. */
export function mailPage(message: Listed): string {
  return page(
    message.subject || line("消息", "Message"),
    heading(message),
    message.html
      ? h("iframe", {
          title: line("邮件", "E-mail"),
          sandbox: "allow-popups allow-popups-to-escape-sandbox",
          src: `/_local/mail.html?row=${message.row}&preview`,
        })
      : null,
    h("h2", null, line("链接", "Links")),
    h("ul", null, ...message.links.map((href) => h("li", null, h("a", { href }, href)))),
    message.attachments.length > 0 ? h("h2", null, line("附件", "Attachments")) : null,
    ...message.attachments.map(({ name, contentType, text }) =>
      h("details", null, h("summary", null, `${name} (${contentType})`), h("pre", null, text)),
    ),
    h("h2", null, line("纯文本", "Text")),
    h("pre", null, message.text),
  );
}

export function executionsPage(rows: (ExecutionRow & { at: string })[]): string {
  return page(
    line("流程执行", "Executions"),
    rows.length === 0 ? h("p", null, line("还没有执行。", "None yet.")) : null,
    h(
      "ul",
      { class: "plain" },
      ...rows.map((row) =>
        h(
          "li",
          { class: "card" },
          h("a", { href: `/_local/execution?arn=${encodeURIComponent(row.arn)}` }, row.name),
          h("br", null),
          h(
            "small",
            null,
            `${row.machine.split(":").pop()} · ${row.status} · ${row.at.slice(0, 19).replace("T", " ")}`,
          ),
        ),
      ),
    ),
  );
}

export function executionPage(
  row: ExecutionRow,
  history: { id: number; at: string; type: string; details: string }[],
): string {
  return page(
    row.name,
    h("p", null, `${row.machine.split(":").pop()} · ${row.status}${row.error ? ` · ${row.error}` : ""}`),
    h(
      "ol",
      null,
      ...history.map(({ at, type, details }) =>
        h(
          "li",
          null,
          h(
            "details",
            null,
            h("summary", null, type, " ", h("small", null, at.slice(0, 23))),
            h("pre", null, details),
          ),
        ),
      ),
    ),
  );
}
