/** Where a case of any process is: its road and its sentence. Pure. */
import type { CaseView } from "../../case/view.ts";
import { complaintSentence, complaintStations, type OnRoad } from "./complaint-road.ts";
import { type Sentence, type Station, sentence, stations } from "./road.ts";
import type { Reader } from "./view.ts";

/** A complaint as a signer reads it: without what only its own page knows. */
const onRoad = (view: CaseView): OnRoad => ({ assignee: null, disposition: null, paused: false, ...view });

export const sentenceOf = (view: CaseView, r: Reader): Sentence =>
  view.process === "complaint" ? complaintSentence(onRoad(view), r) : sentence(view, r);

export const stationsOf = (view: CaseView, r: Reader): Station[] =>
  view.process === "complaint" ? complaintStations(onRoad(view), r) : stations(view, r);
