/**
 * `/_local/*` on the site's port: health, people, login, inbox, clock, reset, and pages to look at. Embedded cloud
 * only. The shapes are those of the HTTP contracts, "Local control".
 */
import type { RequestListener, ServerResponse } from "node:http";
import { Temporal } from "temporal-polyfill";
import * as z from "zod";
import type { VirtualClock } from "./clock.ts";
import type { ExecutionRow, Executions } from "./executions.ts";
import { readBody, sendJson } from "./http/front.ts";
import { AwsError, type Cloud } from "./kernel.ts";
import { executionPage, executionsPage, homePage, inboxPage, mailPage } from "./pages.ts";
import type { HistoryEvent } from "./states/index.ts";

export type DemoPerson = {
  staffId: string;
  name: string;
  email: string;
  phone: string;
  role: string;
  department: string;
};

/** What local/demo offers: its data, its people, and a session for one of them as a Set-Cookie value. */
export type Demo = {
  loadDemo(cloud: Cloud): Promise<void>;
  people(cloud: Cloud): DemoPerson[];
  /** null = nobody has that id. */
  createSession(cloud: Cloud, staffId: string): Promise<string | null>;
};

/** One message as it left, e-mail or SMS. */
export type InboxMessage = {
  id: string;
  kind: string;
  channel: "email" | "sms";
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
  attachments: { name: string; contentType: string; text: string }[];
  sentAt: string;
  caseId: string | null;
  /** Of a text message: the registered template that it was made from. */
  templateId?: string;
};

export type Control = { owns(url: string): boolean; answer: RequestListener };

type Parts = { clock: VirtualClock; executions: Executions; demo: Demo | null; reset(): Promise<void> };

/** An instant in milliseconds as the contracts write it: ISO 8601, offset of Shanghai. */
export function isoInstant(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toString({ timeZone: "Asia/Shanghai" });
}

/** The instant that a clock request asks for. 400 ValidationError for anything but a duration or an instant. */
export function targetInstant(now: number, body: unknown): number {
  const parsed = z
    .union([z.strictObject({ advance: z.string() }), z.strictObject({ to: z.string() })])
    .safeParse(body);
  const refused = new AwsError(
    "ValidationError",
    'send {"advance": "PT2H"} or {"to": "2027-01-01T09:00:00+08:00"}',
  );
  if (!parsed.success) throw refused;
  try {
    if ("to" in parsed.data) return Temporal.Instant.from(parsed.data.to).epochMilliseconds;
    const here = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO("Asia/Shanghai");
    const duration = Temporal.Duration.from(parsed.data.advance);
    if (duration.sign < 0) throw new AwsError("Backward", "time only moves forward");
    // The fraction of the present millisecond must not make a zero step look like one backward.
    return Math.max(now, here.add(duration).epochMilliseconds);
  } catch (error) {
    throw error instanceof AwsError ? error : refused;
  }
}

/** What a text message says of its template; nothing for what has none. */
function templateIn(extra: string): { templateId?: string } {
  const { templateId } = JSON.parse(extra) as { templateId?: string };
  return templateId ? { templateId } : {};
}

export function createControl(cloud: Cloud, { clock, executions, demo, reset }: Parts): Control {
  const { db } = cloud;
  const HIDDEN = "•••";

  function inbox(query: URLSearchParams): (InboxMessage & { row: number })[] {
    const exists = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'inbox'").get();
    if (!exists) return [];
    const filters = (["to", "channel", "row"] as const).filter((name) => query.get(name));
    const column = { to: "recipient", channel: "channel", row: "rowid" };
    const where =
      filters.length > 0 ? `WHERE ${filters.map((name) => `${column[name]} = ?`).join(" AND ")}` : "";
    const rows = db
      .prepare(`SELECT rowid AS row, * FROM inbox ${where} ORDER BY rowid`)
      .all(...filters.map((name) => query.get(name)!)) as Record<string, string & number>[];
    return rows.map((row) => ({
      row: row.row!,
      id: row.id!,
      kind: row.kind!,
      channel: row.channel as unknown as "email" | "sms",
      to: row.recipient!,
      subject: row.subject ?? "",
      text: row.text ?? "",
      html: row.html ?? "",
      links: JSON.parse(row.links ?? "[]") as string[],
      attachments: JSON.parse(row.attachments ?? "[]") as InboxMessage["attachments"],
      sentAt: isoInstant(row.sent_at!),
      caseId: row.case_id ?? null,
      ...templateIn(row.extra ?? "{}"),
    }));
  }

  /** History lines as text, with every token that the execution was given blacked out. */
  function history(row: ExecutionRow): { id: number; at: string; type: string; details: string }[] {
    const tokens = executions.tokens(row.arn);
    const lines = db.prepare("SELECT event FROM states_history WHERE execution = ? ORDER BY id").all(row.arn);
    return (lines as { event: string }[]).map(({ event }) => {
      const masked = tokens.reduce((text, token) => text.replaceAll(token, HIDDEN), event);
      const { id, timestamp, type, details } = JSON.parse(masked) as HistoryEvent;
      return { id, at: isoInstant(timestamp), type, details: JSON.stringify(details, null, 2) };
    });
  }

  const html = (
    res: ServerResponse,
    text: string,
    policy = "default-src 'none'; style-src 'unsafe-inline'",
  ) => {
    res.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `${policy}; frame-src 'self'; form-action 'self'; base-uri 'none'`,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    res.end(res.req.method === "HEAD" ? undefined : text);
  };

  type Handler = (res: ServerResponse, url: URL, body: unknown) => Promise<void> | void;
  const routes: Record<string, Handler> = {
    "GET /_local/health": (res) => sendJson(res, 200, { status: "ok" }),
    "GET /_local/people": (res) => sendJson(res, 200, demo?.people(cloud) ?? []),
    "POST /_local/login": async (res, _url, body) => {
      const { data } = z.strictObject({ staffId: z.string() }).safeParse(body);
      if (!data) throw new AwsError("ValidationError", 'send {"staffId": "..."}');
      const cookie = await demo?.createSession(cloud, data.staffId);
      if (!cookie) throw new AwsError("NotFound", "nobody has that staffId", 404);
      res.writeHead(204, { "set-cookie": cookie.replace(/;\s*secure(?=;|$)/gi, "") });
      res.end();
    },
    "GET /_local/inbox": (res, url) =>
      sendJson(
        res,
        200,
        inbox(url.searchParams).map(({ row: _row, ...message }) => message),
      ),
    "GET /_local/clock": (res) => sendJson(res, 200, { now: isoInstant(clock.now()) }),
    "POST /_local/clock": async (res, _url, body) => {
      const now = await clock.advance(targetInstant(clock.now(), body));
      sendJson(res, 200, { now: isoInstant(now) });
    },
    "POST /_local/reset": async (res) => {
      await reset();
      res.writeHead(204).end();
    },
    "GET /_local/": (res) =>
      html(res, homePage({ siteUrl: cloud.siteUrl, awsUrl: cloud.awsUrl, now: isoInstant(clock.now()) })),
    "GET /_local/inbox.html": (res, url) =>
      html(
        res,
        inboxPage(
          inbox(url.searchParams).reverse(),
          demo?.people(cloud) ?? [],
          url.searchParams.get("to") ?? "",
        ),
      ),
    "GET /_local/mail.html": (res, url) => {
      const [message] = inbox(url.searchParams);
      if (!message || !url.searchParams.get("row"))
        throw new AwsError("NotFound", "there is no such message", 404);
      if (!url.searchParams.has("preview")) return html(res, mailPage(message));
      // The mail itself, for the sandboxed frame: nothing of it may run, only its looks may load.
      html(
        res,
        message.html,
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      );
    },
    "GET /_local/executions": (res) => {
      const rows = db.prepare("SELECT * FROM states_execution ORDER BY id DESC LIMIT 200").all();
      html(
        res,
        executionsPage(
          (rows as unknown as ExecutionRow[]).map((row) => ({ ...row, at: isoInstant(row.started) })),
        ),
      );
    },
    "GET /_local/execution": (res, url) => {
      const row = executions.get(url.searchParams.get("arn") ?? "");
      if (!row) throw new AwsError("NotFound", "there is no such execution", 404);
      html(res, executionPage(row, history(row)));
    },
  };

  return {
    owns: (url) => url === "/_local" || url.startsWith("/_local/"),
    async answer(req, res) {
      try {
        const url = new URL(req.url ?? "/", cloud.siteUrl);
        const path = url.pathname === "/_local" ? "/_local/" : url.pathname;
        const method = req.method === "HEAD" ? "GET" : req.method;
        const run = routes[`${method} ${path}`];
        if (!run) {
          const known = Object.keys(routes).some((route) => route.endsWith(` ${path}`));
          throw new AwsError("NotFound", known ? "method not allowed" : "nothing here", known ? 405 : 404);
        }
        let body: unknown;
        if (method === "POST") {
          // A page of another site can send forms and plain text here, but not JSON, and cannot fake its origin.
          const origin = req.headers.origin;
          if (origin && origin !== "null" && new URL(origin).host !== req.headers.host) {
            throw new AwsError("Forbidden", "not from another site", 403);
          }
          const text = (await readBody(req, 100_000))?.toString("utf8") ?? "";
          try {
            body = text === "" ? {} : (JSON.parse(text) as unknown);
          } catch {
            throw new AwsError("ValidationError", "the body is not JSON");
          }
        }
        await run(res, url, body);
      } catch (error) {
        const known = error instanceof AwsError;
        if (!known) cloud.log("control", `${(error as Error).name}: ${(error as Error).message}`);
        const message = known ? error.message : "internal error";
        if (res.headersSent) res.destroy();
        else sendJson(res, known ? error.status : 500, { code: known ? error.code : "Internal", message });
      }
    },
  };
}
