/**
 * The JSON API of answering a step, whatever process it belongs to. Apart from WebTasks: it brings what every process asks
 * for, and a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { httpHandler, json, type Route, withJson } from "../shared/http.ts";
import { answerStep } from "../step/answer.ts";
import { keyOf, writer } from "./calls.ts";

const routes: Route[] = [
  {
    method: "POST",
    path: "/api/steps/{stepId}",
    async handle(request) {
      const { actor } = await writer(request);
      return json(
        200,
        await withJson(request, (input) => answerStep(actor, request.params.stepId!, input, keyOf(request))),
      );
    },
  },
];

export const handler = httpHandler({ routes });
