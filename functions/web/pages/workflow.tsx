/** The state machines of a case as they run, with the place where it stands. */
import type { JSX } from "preact";
import chain from "../../../workflows/approval-chain.asl.json" with { type: "json" };
import change from "../../../workflows/budget-change.asl.json" with { type: "json" };
import claim from "../../../workflows/claim.asl.json" with { type: "json" };
import complaint from "../../../workflows/complaint.asl.json" with { type: "json" };
import reception from "../../../workflows/reception.asl.json" with { type: "json" };
import type { CaseView } from "../../case/view.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { workflowTexts } from "../../shared/i18n/sections/workflow.ts";
import { Scroll, Sheet } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { casePath } from "../models/paths.ts";
import { openStep } from "../models/road.ts";
import { roundsOf } from "../models/subject.ts";
import type { Reader } from "../models/view.ts";
import { sentenceOf } from "../models/where.ts";
import { type Asl, type Drawing, draw, here, type Node, spoken } from "../models/workflow.ts";

const CHAIN = draw(chain as Asl);
/** The machine of each process, with the name of its sheet. */
const PROCESSES = {
  reception: { title: "process", drawing: draw(reception as Asl) },
  "budget-change": { title: "change", drawing: draw(change as Asl) },
  complaint: { title: "complaint", drawing: draw(complaint as Asl) },
  claim: { title: "claim", drawing: draw(claim as Asl) },
} as const;

export function workflowPage(r: Reader, view: CaseView): string {
  const texts = workflowTexts(r.locale);
  const step = view.process === "complaint" ? mainStep(view) : openStep(view);
  const place = here({
    process: view.process,
    status: view.status,
    phase: view.phase,
    outcome: view.outcome,
    waiting: step !== undefined,
    signing: step?.kind === "approval",
    rounds: roundsOf(view),
  });
  const { title, drawing } = PROCESSES[view.process as keyof typeof PROCESSES];
  const sheets = [
    { key: "process", title: texts[title], drawing, at: place.process },
    ...(view.process === "claim"
      ? []
      : [{ key: "chain", title: texts.chain, drawing: CHAIN, at: place.chain }]),
  ];
  return page({
    r,
    title: `${texts.title} ${view.caseId}`,
    children: (
      <>
        <div class="head">
          <p class="kicker">
            <a href={casePath(view.caseId)}>{texts.back}</a>
          </p>
          <h1>{fill(texts.heading, { caseId: view.caseId })}</h1>
          <p class="quiet">{sentenceOf(view, r).text}</p>
        </div>
        <p class="small quiet">{texts.lead}</p>
        {sheets.map((one) => (
          <Sheet key={one.key} id={one.key} title={one.title}>
            <div class="flow-cols">
              <Scroll label={fill(texts.picture, { names: one.title })}>
                <Picture r={r} drawing={one.drawing} at={one.at} title={one.title} />
              </Scroll>
              <Words r={r} drawing={one.drawing} at={one.at} />
            </div>
          </Sheet>
        ))}
      </>
    ),
  });
}

/** A report that somebody reads holds nothing up. */
const mainStep = (view: CaseView) =>
  view.steps.find((step) => step.status === "open" && step.kind !== "read");

const nameOf = (name: string, r: Reader): string => {
  const { states } = workflowTexts(r.locale);
  return Object.hasOwn(states, name) ? states[name as keyof typeof states] : spoken(name);
};

const WIDTH = 228;
const HEIGHT = 52;
const GAP_X = 28;
const GAP_Y = 46;
/** Room for lines that go back up, on both sides. */
const LANE = 28;

const xOf = (node: Node): number => LANE + node.column * (WIDTH + GAP_X);
const yOf = (node: Node): number => node.row * (HEIGHT + GAP_Y) + 2;

function Picture({
  r,
  drawing,
  at,
  title,
}: {
  r: Reader;
  drawing: Drawing;
  at: string | null;
  title: string;
}): JSX.Element {
  const width = drawing.columns * (WIDTH + GAP_X) - GAP_X + 2 * LANE;
  const height = drawing.rows * (HEIGHT + GAP_Y) - GAP_Y + 4;
  const { labels } = workflowTexts(r.locale);
  return (
    <svg
      class="flow"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={fill(workflowTexts(r.locale).picture, { names: title })}
    >
      <defs>
        <marker
          id={`tip-${drawing.rows}${drawing.columns}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path class="flow-tip" d="M0 0l8 4-8 4z" />
        </marker>
      </defs>
      {drawing.edges.map((edge) => {
        const key = `${edge.from.name}>${edge.to.name}`;
        const label = Object.hasOwn(labels, key) ? labels[key as keyof typeof labels] : "";
        const x1 = xOf(edge.from) + WIDTH / 2;
        const y1 = yOf(edge.from) + HEIGHT;
        const x2 = xOf(edge.to) + WIDTH / 2;
        const y2 = yOf(edge.to);
        const middle = y2 - GAP_Y / 2;
        const side = edge.from.column === 0 ? 0 : WIDTH;
        const lane = side === 0 ? LANE / 2 : width - LANE / 2;
        const path = edge.back
          ? `M${xOf(edge.from) + side} ${y1 - HEIGHT / 2}H${lane}V${y2 + HEIGHT / 2}H${xOf(edge.to) + side + (side === 0 ? -1 : 1)}`
          : `M${x1} ${y1}V${middle}H${x2}V${y2 - 1}`;
        return (
          <g key={key}>
            <path class="flow-line" d={path} marker-end={`url(#tip-${drawing.rows}${drawing.columns})`} />
            {label && (
              <text class="flow-label" x={x2 + 8} y={y2 - 8}>
                {label}
              </text>
            )}
          </g>
        );
      })}
      {drawing.nodes.map((node) => (
        <g
          key={node.name}
          class={[`flow-${node.type}`, node.name === at ? "flow-here" : ""].filter(Boolean).join(" ")}
        >
          <rect
            x={xOf(node)}
            y={yOf(node)}
            width={WIDTH}
            height={HEIGHT}
            rx={node.type === "end" || node.type === "fault" ? HEIGHT / 2 : node.type === "choice" ? 2 : 8}
          />
          {node.type === "fault" && (
            <text class="flow-label" x={xOf(node) + 8} y={yOf(node) - 8}>
              {workflowTexts(r.locale).fault}
            </text>
          )}
          {node.type === "choice" && <path d={`M${xOf(node) + 10} ${yOf(node) + HEIGHT / 2}l6-6 6 6-6 6z`} />}
          <text
            x={xOf(node) + WIDTH / 2 + (node.type === "choice" ? 8 : 0)}
            y={yOf(node) + HEIGHT / 2}
            text-anchor="middle"
            dominant-baseline="central"
          >
            {nameOf(node.name, r)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** The same in words. */
function Words({ r, drawing, at }: { r: Reader; drawing: Drawing; at: string | null }): JSX.Element {
  const texts = workflowTexts(r.locale);
  return (
    <div>
      <h3>{texts.list}</h3>
      <ol class="flow-list">
        {drawing.nodes.map((node, index) => (
          <li key={node.name} aria-current={node.name === at ? "step" : undefined}>
            <b>{nameOf(node.name, r)}</b>
            {node.name === at && <span class="tag tag-now">{texts.here}</span>}
            {index === 0 && node.name !== at && <span class="quiet small"> {texts.start}</span>}
            <p class="kicker">
              {node.next.length === 0
                ? node.type === "fault"
                  ? texts.endsBad
                  : texts.ends
                : fill(texts.goesOn, {
                    next: node.next
                      .map((next) => labelled(node, next, r))
                      .join(r.locale === "en" ? "; " : "；"),
                  })}
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}

function labelled(node: Node, next: { name: string; otherwise: boolean }, r: Reader): string {
  const { labels, otherwise } = workflowTexts(r.locale);
  const key = `${node.name}>${next.name}`;
  const label = Object.hasOwn(labels, key)
    ? labels[key as keyof typeof labels]
    : next.otherwise
      ? otherwise
      : "";
  const name = nameOf(next.name, r);
  if (label === "") return name;
  return r.locale === "en" ? `${name} (${label})` : `${name}（${label}）`;
}
