import { expect, it } from "vitest";
import { createMatcher } from "../../local/http/routes.ts";

const match = createMatcher(
  [
    "$default",
    "ANY /{proxy+}",
    "GET /cases/{caseId}",
    "GET /cases/new",
    "ANY /cases/new",
    "POST /d/{link}",
  ].map((routeKey) => ({ routeKey, functionArn: "" })),
);

it.each([
  ["GET", "/cases/new", "GET /cases/new", {}],
  ["POST", "/cases/new", "ANY /cases/new", {}],
  ["GET", "/cases/a%20b", "GET /cases/{caseId}", { caseId: "a b" }],
  ["PUT", "/cases/7", "ANY /{proxy+}", { proxy: "cases/7" }],
  ["GET", "/cases/7/steps", "ANY /{proxy+}", { proxy: "cases/7/steps" }],
  ["POST", "/d/abc", "POST /d/{link}", { link: "abc" }],
  ["GET", "/cases/%E0", "GET /cases/{caseId}", { caseId: "%E0" }],
  ["GET", "/", "$default", {}],
])("%s %s goes to %s", (method, path, routeKey, pathParameters) => {
  expect(match(method, path)).toEqual({ route: { routeKey, functionArn: "" }, pathParameters });
});

it("answers nothing where no route fits", () => {
  expect(createMatcher([{ routeKey: "GET /a", functionArn: "" }])("POST", "/a")).toBeNull();
});
