/** The default of policy `complaint`: the figures of contracts/complaints.md. */
import type { ComplaintPolicy } from "../../functions/complaint/model.ts";
import { RECEPTION_POLICY } from "./data.ts";

const { stages, ...chain } = RECEPTION_POLICY;

export const COMPLAINT_POLICY: ComplaintPolicy = {
  matrix: {
    critical: { high: "P1", medium: "P1", low: "P2" },
    major: { high: "P2", medium: "P3", low: "P3" },
    minor: { high: "P3", medium: "P4", low: "P4" },
  },
  defaults: { severity: "major", urgency: "medium", department: "customer_service" },
  publicCap: "P2",
  safety: "P1",
  clocks: {
    P1: { acknowledge: 15, respond: 60, resolve: 480 },
    P2: { acknowledge: 30, respond: 120, resolve: 960 },
    P3: { acknowledge: 60, respond: 240, resolve: 1440 },
    P4: { acknowledge: 120, respond: 480, resolve: 2400 },
  },
  ladder: [
    { share: 75, act: "warn", tell: "handler" },
    { share: 100, act: "breach", tell: "handler" },
    { share: 125, act: "climb", tell: "aftersales_lead", level: 1 },
    { share: 150, act: "climb", tell: "service_manager", level: 2 },
    { share: 175, act: "climb", tell: "general_manager", level: 3 },
  ],
  untouchedShare: 50,
  levels: { 1: "aftersales_lead", 2: "service_manager", 3: "general_manager" },
  due: {
    assign: 60,
    exchange: 2400,
    "customer-confirm": 1440,
    "follow-up": 960,
    "manager-decision": 960,
    claim: 2400,
  },
  handlerLimit: 50_000,
  maxReopenings: 2,
  reopenWithinDays: 15,
  duplicateDays: 14,
  followUp: { satisfiedFrom: 4, failedContacts: 3, failedDates: 2, split: "13:00" },
  replanFloor: 240,
  nudgeEvery: "PT4H",
  limits: {
    perPhoneAndHour: 5,
    perSourceAndHour: 30,
    guessesPerSource: { times: 20, within: "PT10M" },
    guessesPerCode: { times: 10, within: "PT1H" },
    statusCookie: "PT30M",
  },
  attachments: { count: 10, bytes: 10_485_760 },
  retainYears: 5,
  // Stages as for receptions.
  compensation: { ...chain, climbOn: {}, stages },
  notice: {
    ...chain,
    climbOn: {},
    stages: [
      {
        stage: "notice",
        when: {},
        signers: { role: "service_manager" },
        mode: "single",
        due: "PT8H",
      },
    ],
  },
};
