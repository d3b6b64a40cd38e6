/** What a browser without scripts would post of a form as the page shows it. */

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const plain = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "");

/** The value of an attribute, "" for one without, null where it is not there. */
function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  if (value !== undefined) return plain(value);
  return new RegExp(`\\s${name}(?=[\\s>/])`).test(tag) ? "" : null;
}

/** The fields of the first form of a page that posts to `action`; buttons are for the caller to press. */
export function postedFields(page: string, action: string): URLSearchParams {
  const form = new RegExp(`<form[^>]*action="${action}"[\\s\\S]*?</form>`).exec(page)?.[0];
  if (!form) throw new Error(`The page has no form for ${action}`);
  const fields = new URLSearchParams();
  for (const [, tag = "", inner = ""] of form.matchAll(
    /(<input\b[^>]*>|<select\b[^>]*>|<textarea\b[^>]*>)((?:(?!<\/?(?:select|textarea)|<input)[\s\S])*)/g,
  )) {
    const name = attribute(tag, "name");
    if (name === null) continue;
    const choosable = ["checkbox", "radio"].includes(attribute(tag, "type") ?? "");
    if (tag.startsWith("<textarea")) fields.append(name, plain(inner));
    else if (tag.startsWith("<select")) {
      const options = inner.match(/<option\b[^>]*>/g) ?? [];
      const chosen = options.find((one) => attribute(one, "selected") !== null) ?? options[0] ?? "";
      fields.append(name, attribute(chosen, "value") ?? "");
    } else if (!choosable || attribute(tag, "checked") !== null)
      fields.append(name, attribute(tag, "value") ?? "");
  }
  return fields;
}
