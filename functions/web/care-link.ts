/** The customer's link: the page and its presses (contracts/README.md "Steps and links"). */
import { actOnCustomerLink, type CustomerLink, openCustomerLink } from "../care/customer-link.ts";
import { isSameAnswer } from "../care/customer-view.ts";
import type { LinkItem } from "../case/model.ts";
import { Refusal } from "../shared/errors.ts";
import { html, json, type Reply, type Request, redirect } from "../shared/http.ts";
import { fieldMessage, refusalMessage } from "../shared/i18n/messages.ts";
import { careAnswer } from "../shared/i18n/sections/care-answer.ts";
import { visitor, writtenIn } from "./care-request.ts";
import type { Refused } from "./components/care-confirm.tsx";
import { customerLinkPage, freshCustomerLinkPage } from "./pages/care-link.tsx";

const pathOf = (link: string): string => `/d/${link}`;

/** GET: changes nothing, however often it is opened. */
export async function showCustomerLink(request: Request, link: string, item: LinkItem): Promise<Reply> {
  return page(request, link, await openCustomerLink(link, item), 200);
}

function page(request: Request, link: string, view: CustomerLink, status: number, refused?: Refused): Reply {
  const r = visitor(request, pathOf(link));
  const shown = view.state === "expired" ? 410 : status;
  return html(shown, customerLinkPage(r, { view, action: pathOf(link), refused }));
}

export async function pressCustomerLink(
  request: Request,
  link: string,
  item: LinkItem,
  form: URLSearchParams,
): Promise<Reply> {
  const written = writtenIn(form);
  try {
    const done = await actOnCustomerLink(link, item, {
      ...Object.fromEntries(form),
      ...(form.has("comment") ? { comment: written } : {}),
    });
    if (request.wantsJson) return json(200, done);
    if ("fresh" in done) return html(200, freshCustomerLinkPage(visitor(request, pathOf(link))));
    return redirect(pathOf(link));
  } catch (error) {
    if (!(error instanceof Refusal) || request.wantsJson || error.status === 404) throw error;
    const view = await openCustomerLink(link, item);
    // The second press of one button gets the receipt of the first.
    const repeats = isSameAnswer(view, { choice: form.get("choice") ?? "", comment: written });
    const refused = repeats ? undefined : refusedOf(error, view, written, visitor(request, "/c"));
    return page(request, link, view, error.status, refused);
  }
}

function refusedOf(
  refusal: Refusal,
  { state }: CustomerLink,
  written: string,
  r: ReturnType<typeof visitor>,
): Refused {
  const [field] = refusal.fields;
  const message = field
    ? fieldMessage(field, r.locale)
    : state === "decided"
      ? refusalMessage("already_decided", r.locale)
      : refusal.code === "stale"
        ? careAnswer(r.locale).stale
        : refusalMessage(refusal.code, r.locale);
  return { form: field?.path === "comment" ? "disagree" : null, message, written };
}
