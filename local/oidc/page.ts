/** The sign-in page: everybody of the demo as a button. */
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { words as en } from "../../functions/shared/i18n/en/words.ts";
import { words as zh } from "../../functions/shared/i18n/zh-CN/words.ts";

export type Person = { staffId: string; name: string; role: string; department: string };

const style = `
  *{box-sizing:border-box}
  body{margin:0;font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#17212b;background:#f3f5f7}
  main{max-width:44rem;margin:0 auto;padding:1.25rem 1rem 3rem}
  h1{font-size:1.375rem;line-height:1.3;margin:0 0 .25rem}
  p{margin:0 0 1.25rem;color:#43505c}
  form{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}
  button{font:inherit;text-align:start;min-height:4rem;padding:.75rem 1rem;border:1px solid #8794a0;border-radius:.5rem;background:#fff;color:inherit;cursor:pointer;overflow-wrap:anywhere}
  button:hover{background:#e8f0fa}
  button:focus-visible{outline:3px solid #1d5fb8;outline-offset:2px}
  b{display:block;font-size:1.125rem}
  span{display:block;color:#43505c;font-size:.9375rem}
`;

/** Post and department of a person in a catalogue's words; an id that it does not know stays as it is. */
function position(person: Person, words: { roles: object; departments: object }): string {
  const word = (list: object, id: string) => (list as Record<string, string>)[id] ?? id;
  return `${word(words.departments, person.department)} · ${word(words.roles, person.role)}`;
}

/** `parameters` are those of the authorization request; the button pressed adds `person`. */
export function peoplePage(action: string, parameters: [string, string][], people: Person[]): string {
  const hidden = parameters
    .filter(([name]) => name !== "person")
    .map(([name, value]) => h("input", { type: "hidden", name, value }));
  const buttons = people.map((person) =>
    h("button", { type: "submit", name: "person", value: person.staffId }, [
      h("b", null, person.name),
      h("span", null, position(person, zh)),
      h("span", { lang: "en" }, position(person, en)),
    ]),
  );
  const page = h("html", { lang: "zh-CN" }, [
    h("head", null, [
      h("meta", { charset: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("title", null, "登录 · Sign in"),
      // Not as a child: text would be escaped, and a style sheet knows no entities.
      h("style", { dangerouslySetInnerHTML: { __html: style } }),
    ]),
    h("body", null, [
      h("main", null, [
        h("h1", null, "请选择登录身份"),
        h("p", null, [h("span", { lang: "en" }, "Choose who signs in. Demo staff, no password.")]),
        h("form", { method: "get", action }, [...hidden, ...buttons]),
      ]),
    ]),
  ]);
  return `<!doctype html>${renderToString(page)}`;
}
