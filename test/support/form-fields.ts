/** What a browser posts for a reception request whose lists have one entry each. */
import { fromContent } from "../../functions/web/models/reception-form.ts";

export function fieldsFor(content: Record<string, unknown>): Record<string, string> {
  const { text, greeters, hostLeaders, companions } = fromContent(content);
  const people = companions.flatMap(({ name, phone }, row) => [
    [`companions.${row}.name`, name],
    [`companions.${row}.phone`, phone],
  ]);
  return {
    ...text,
    greeters: greeters[0] ?? "",
    hostLeaders: hostLeaders[0] ?? "",
    ...Object.fromEntries(people),
    do: "submit",
  };
}
