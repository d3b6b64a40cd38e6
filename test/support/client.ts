/** A stranger's client: knows the HTTP contract and nothing of the inside. */
import { randomUUID } from "node:crypto";

export type Mail = {
  id: string;
  kind: string;
  channel: "email" | "sms";
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
  sentAt: string;
  caseId: string;
  attachments: { name: string; contentType: string; text: string }[];
};

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  // A client reads JSON of many shapes; tests say what they expect.
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the tests' expectations
  body: any;
};

/** One person's browser or script: keeps the session cookie. */
export class Client {
  readonly siteUrl: string;
  readonly cookie: string;
  readonly staffId: string | null;

  constructor(siteUrl: string, staffId: string | null = null, cookie = "") {
    this.siteUrl = siteUrl;
    this.staffId = staffId;
    this.cookie = cookie;
  }

  async call(
    method: string,
    path: string,
    options: { body?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(this.siteUrl + path, {
      method,
      redirect: "manual",
      ...(options.body === undefined ? {} : { body: options.body }),
      headers: { ...(this.cookie ? { cookie: this.cookie } : {}), ...options.headers },
    });
    const text = await response.text();
    let body: unknown = null;
    if (response.headers.get("content-type")?.includes("json")) body = JSON.parse(text);
    return { status: response.status, headers: response.headers, text, body };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", path, { headers: { accept: "application/json", ...headers } });
  }

  page(path: string, language = "zh-CN"): Promise<Answer> {
    return this.call("GET", path, { headers: { accept: "text/html", "accept-language": language } });
  }

  send(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(method, path, {
      body: JSON.stringify(body),
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "x-careloop": "1",
        ...headers,
      },
    });
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("POST", path, body, headers);
  }

  put(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("PUT", path, body, headers);
  }

  form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("POST", path, {
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "text/html", ...headers },
    });
  }
}

/** Ten in the morning of the next day in Shanghai. */
export const morningAfter = (now: number): string =>
  `${new Date(now + 32 * 3_600_000).toISOString().slice(0, 10)}T10:00:00+08:00`;

/** The site as a whole: sign-in, inbox, clock. */
export class Site {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  visitor(): Client {
    return new Client(this.url);
  }

  async as(staffId: string): Promise<Client> {
    const response = await fetch(`${this.url}/_local/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ staffId }),
    });
    if (response.status !== 204) throw new Error(`login of ${staffId}: ${response.status}`);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    return new Client(this.url, staffId, cookie);
  }

  async inbox(
    filter: { to?: string; channel?: string; caseId?: string; kind?: string } = {},
  ): Promise<Mail[]> {
    const query = new URLSearchParams();
    if (filter.to) query.set("to", filter.to);
    if (filter.channel) query.set("channel", filter.channel);
    const response = await fetch(`${this.url}/_local/inbox?${query}`);
    if (response.status !== 200) throw new Error(`inbox: ${response.status}`);
    const mails = (await response.json()) as Mail[];
    return mails.filter(
      (mail) =>
        (!filter.caseId || mail.caseId === filter.caseId) && (!filter.kind || mail.kind === filter.kind),
    );
  }

  async now(): Promise<number> {
    const response = await fetch(`${this.url}/_local/clock`);
    if (response.status !== 200) throw new Error(`clock: ${response.status}`);
    return Date.parse(((await response.json()) as { now: string }).now);
  }

  /** Moves the clock and waits until everything due has happened. */
  async advance(move: { advance: string } | { to: string }): Promise<void> {
    const response = await fetch(`${this.url}/_local/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(move),
    });
    if (response.status !== 200) throw new Error(`clock: ${response.status} ${await response.text()}`);
  }

  /** Lets everything that is due happen, and decisions take effect: three minutes pass, an undo window lasts two. */
  settle(): Promise<void> {
    return this.advance({ advance: "PT3M" });
  }

  /** Moves the clock to the next morning, where no message waits for quiet hours to end. */
  async nextMorning(): Promise<void> {
    await this.advance({ to: morningAfter(await this.now()) });
  }

  /** Lets everything that is due now happen; time moves by a second, so that decisions can still be undone. */
  pause(): Promise<void> {
    return this.advance({ advance: "PT1S" });
  }

  /** The `/d/` link of the newest mail of a kind to a person about a case. */
  async link(caseId: string, email: string, kind = "approval.request"): Promise<string> {
    const mails = await this.inbox({ to: email, caseId, kind });
    const url = mails.at(-1)?.links.find((one) => one.includes("/d/"));
    if (!url) throw new Error(`no ${kind} with a link to ${email} for ${caseId}`);
    return new URL(url).pathname;
  }
}

/** A hidden field of a page's form. */
function hiddenOf(page: string, name: string): string {
  const found = new RegExp(`name="${name}"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="${name}"`).exec(
    page,
  );
  if (!found) throw new Error(`the page holds no ${name}`);
  return (found[1] ?? found[2]) as string;
}

export const nonceOf = (page: string): string => hiddenOf(page, "nonce");
export const csrfOf = (page: string): string => hiddenOf(page, "csrf");

/** The plan's own example (接待洁丽雅, ¥5,000), arriving `days` after the site's now. */
export function receptionFor(
  now: number,
  change: Record<string, unknown> = {},
  days = 12,
): Record<string, unknown> {
  const date = (offset: number) =>
    new Date(now + 8 * 3_600_000 + (days + offset) * 86_400_000).toISOString().slice(0, 10);
  return {
    visitingOrg: "洁丽雅有限公司",
    guestsMale: 1,
    guestsFemale: 1,
    guestContactName: "陈辰",
    guestContactPhone: "+8613800000001",
    companions: [{ name: "曾群", phone: "+8613800000002" }],
    arrivalDate: date(0),
    fromPlace: "双流",
    toPlace: "郫县",
    departAt: `${date(0)}T07:50:00+08:00`,
    arriveAt: `${date(0)}T09:00:00+08:00`,
    plannedLeaveAt: `${date(1)}T09:00:00+08:00`,
    level: "C",
    allowancePerPersonDay: 30_000,
    pickupPlace: "airport_or_rail",
    greeters: ["staff"],
    needFlowers: false,
    needWelcomeSign: true,
    hotelClass: "2",
    hotelStar: 3,
    hotelName: "金叶",
    roomType: "标准间",
    roomCount: 2,
    lodgingPayer: "company_all",
    diningPayer: "company_all",
    hostLeaders: ["dept_mgr"],
    budgetAmount: 500_000,
    excessReason: "用车 ¥1,400、会议室 ¥600",
    costDepartment: "finance",
    exchangeContent: "参观公司内部环境与配送环节",
    ...change,
  };
}

export const idempotencyKey = (): string => randomUUID();
