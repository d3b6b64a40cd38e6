/**
 * The JSON API of whole cases, whatever their process: reading one, and what people do on it as a whole. Apart from
 * WebStaff, because every process brings its own view and calls (docs/decisions/0003-checks-and-bundles.md).
 */
import { httpHandler } from "../shared/http.ts";
import { apiRoutes } from "./api.ts";
import { caseApiRoutes } from "./case-api.ts";

export const handler = httpHandler({ routes: [...apiRoutes, ...caseApiRoutes] });
