/** Every Lambda function of the project: its name, which is also its bundle's folder, and its source. */
import { dirname, join } from "node:path";

export const ENTRIES = {
  "web-staff": "functions/web/staff.tsx",
  "web-cases": "functions/web/cases.ts",
  "web-complaints": "functions/web/complaints.tsx",
  "web-complaint": "functions/web/complaint.tsx",
  "web-complaint-steps": "functions/web/complaint-steps.tsx",
  "web-reports": "functions/web/reports.tsx",
  "web-distribution": "functions/web/distribution.tsx",
  "web-dossiers": "functions/web/dossiers.tsx",
  "web-tasks": "functions/web/tasks.tsx",
  "web-steps": "functions/web/steps-api.ts",
  "web-office": "functions/web/office.tsx",
  "web-policies": "functions/web/policies.tsx",
  "web-calendar": "functions/web/calendar.tsx",
  "web-claims": "functions/web/claims.tsx",
  "web-follow-ups": "functions/web/follow-ups-api.ts",
  "web-follow-up-pages": "functions/web/follow-up-pages.tsx",
  "web-request": "functions/web/request.tsx",
  "web-settlement": "functions/web/settlement.tsx",
  "web-customers": "functions/web/customers.tsx",
  "web-customer-records": "functions/web/customers-api.ts",
  "web-imports": "functions/web/customer-imports.ts",
  "customer-import": "functions/customer/import-finish.ts",
  "web-planner": "functions/web/planner-api.ts",
  "planner-start": "functions/planner/start.ts",
  "planner-page": "functions/planner/page.ts",
  "planner-contacted": "functions/planner/contacted.ts",
  "web-reminders": "functions/web/reminders.tsx",
  "web-files": "functions/file/api.ts",
  "web-care": "functions/web/care.tsx",
  "web-photos": "functions/web/photos.tsx",
  "web-decision": "functions/web/decision.tsx",
  "web-public": "functions/web/public.tsx",
  "case-advance": "functions/case/advance.ts",
  "case-sweep": "functions/case/sweep.ts",
  "message-dispatch": "functions/message/dispatch.ts",
  "message-provider-event": "functions/message/provider-event.ts",
  "step-open": "functions/step/open.ts",
  "step-remind": "functions/step/remind.ts",
  "approval-next-stage": "functions/approval/next-stage.ts",
  "reception-approved": "functions/reception/approved.ts",
  "reception-ended": "functions/reception/ended.ts",
  "reception-visited": "functions/reception/visited.ts",
  "reception-excess": "functions/reception/excess.ts",
  "complaint-next": "functions/complaint/next.ts",
  "budget-change-applied": "functions/budget-change/applied.ts",
  "budget-change-ended": "functions/budget-change/ended.ts",
  "ledger-check": "functions/ledger/check.ts",
  "follow-up-next": "functions/follow-up/next.ts",
  "claim-open": "functions/claim/open.ts",
  "claim-next": "functions/claim/next.ts",
  "calendar-replan": "functions/calendar/replan.ts",
  "calendar-watch": "functions/calendar/watch.ts",
  "case-archive": "functions/archive/archive.ts",
  digest: "functions/message/digest.ts",
  "report-monthly": "functions/report/monthly.ts",
} as const;

export type FunctionName = keyof typeof ENTRIES;

/** The project's folder. */
export const ROOT = dirname(import.meta.dirname);

/** Where the bundles are; each function has a folder of its name with an index.js. */
export const BUNDLES_DIR = join(ROOT, ".build", "functions");
