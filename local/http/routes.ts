/**
 * Which route of an HTTP API a request goes to: the most specific path, then the method named before ANY, `$default` last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import type { Route } from "../assembly/deploy.ts";

export type Match = { route: Route; pathParameters: Record<string, string> };

type Compiled = { route: Route; method: string; pattern: RegExp; names: string[]; rank: string };

/** Compiles routes once. The matcher answers null when there is no route. */
export function createMatcher(routes: Route[]): (method: string, path: string) => Match | null {
  const fallback = routes.find(({ routeKey }) => routeKey === "$default");
  const compiled = routes.filter((route) => route !== fallback).map(compile);
  compiled.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return (method, path) => {
    for (const { route, method: wanted, pattern, names } of compiled) {
      if (wanted !== "ANY" && wanted !== method) continue;
      const found = pattern.exec(path);
      if (!found) continue;
      const values = names.map((name, i) => [name, decoded(found[i + 1]!)]);
      return { route, pathParameters: Object.fromEntries(values) as Record<string, string> };
    }
    return fallback ? { route: fallback, pathParameters: {} } : null;
  };
}

/** A broken escape goes on as it is: what is not there is the site's to say. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compile(route: Route): Compiled {
  const [method = "", path = ""] = route.routeKey.split(" ");
  const names: string[] = [];
  let rank = "";
  const segments = path.split("/").map((segment) => {
    const parameter = /^\{([^+}]+)(\+?)\}$/.exec(segment);
    // 0 before 1 before 2: fixed text, one parameter, the rest of the path.
    rank += parameter ? (parameter[2] ? "2" : "1") : "0";
    if (!parameter) return segment.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    names.push(parameter[1]!);
    return parameter[2] ? "(.+)" : "([^/]+)";
  });
  return {
    route,
    method,
    names,
    rank: rank + (method === "ANY" ? "1" : "0"),
    pattern: new RegExp(`^${segments.join("/")}$`),
  };
}
