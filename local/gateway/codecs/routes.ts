/**
 * Routes of the rest protocols. A template is a method, a path with {Name} (one segment) or {Name+} (the rest), and
 * optionally query parameters that must be there: "GET /{Bucket}?list-type=2".
 */
import { AwsError, type Service } from "../../kernel.ts";
import type { WireRequest } from "./codec.ts";

type Route = {
  action: string;
  method: string;
  pattern: RegExp;
  names: string[];
  query: [string, string][];
  /** Literal segments and required parameters: the most specific route wins. */
  weight: number;
};

const tables = new WeakMap<Service, Route[]>();

function compile(action: string, template: string): Route {
  const [method, target] = template.split(" ") as [string, string];
  const [path, query = ""] = target.split("?") as [string, string?];
  const names: string[] = [];
  let literals = 0;
  const parts = path
    .split("/")
    .filter(Boolean)
    .map((part) => {
      const name = /^\{(\w+)(\+?)\}$/.exec(part);
      if (!name) {
        literals++;
        return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      }
      names.push(name[1]!);
      return name[2] ? "(.+)" : "([^/]+)";
    });
  // A slash at the end belongs to a key, and to nothing else.
  const end = path.includes("+}") ? "" : "/?";
  return {
    action,
    method,
    pattern: new RegExp(`^/${parts.join("/")}${end}$`),
    names,
    query: [...new URLSearchParams(query)],
    weight: literals + 10 * [...new URLSearchParams(query)].length,
  };
}

function routesOf(service: Service): Route[] {
  let routes = tables.get(service);
  if (!routes) {
    routes = Object.entries(service.actions)
      .flatMap(([action, { route }]) => (route ? [compile(action, route)] : []))
      .sort((a, b) => b.weight - a.weight);
    tables.set(service, routes);
  }
  return routes;
}

/** The action that a rest request means, with the decoded parts of its path. */
export function match(
  service: Service,
  request: WireRequest,
): { action: string; path: Record<string, string> } {
  for (const route of routesOf(service)) {
    if (route.method !== request.method) continue;
    const found = route.pattern.exec(request.path);
    if (!found) continue;
    const asked = ([name, value]: [string, string]) =>
      request.query.has(name) && (value === "" || request.query.get(name) === value);
    if (!route.query.every(asked)) continue;
    try {
      const path = Object.fromEntries(
        route.names.map((name, i) => [name, decodeURIComponent(found[i + 1]!)]),
      );
      return { action: route.action, path };
    } catch {
      throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
    }
  }
  const what = `${request.method} ${request.path}`;
  throw new AwsError(
    "UnknownOperationException",
    `${what} of ${service.name} is not part of this cloud.`,
    404,
  );
}
