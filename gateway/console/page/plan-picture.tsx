/**
 * A plan as SVG, painted from its geometry. Knows no request.
 */

import type { PlanStep } from '../../base/operation-report.ts';
import {
  drawPlan,
  FRAME_HEAD,
  HEAD_HEIGHT,
  LINE_HEIGHT,
  type PictureArrow,
  type PictureBox,
  type PictureFrame,
} from '../draw-plan.ts';
import { hueOf } from './system-colour.ts';

const MARGIN = 4;
const INSET = 10;

export function PlanPicture({ step, maxWidth }: { readonly step: PlanStep; readonly maxWidth: number }) {
  const { width, height, boxes, frames, arrows } = drawPlan(step, maxWidth - 2 * MARGIN);
  const systems = [...new Set(boxes.map(({ subgraph }) => subgraph))].join(', ');
  return (
    <svg
      className="plan-picture"
      role="img"
      aria-label={`The plan: ${boxes.length} fetches from ${systems}; the text below says the same.`}
      width={width + 2 * MARGIN}
      height={height + 2 * MARGIN}
      viewBox={`${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`}
    >
      <defs>
        <marker
          id="arrow-head"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8z" className="arrow-head" />
        </marker>
      </defs>
      {frames.map((frame) => (
        <Frame key={`${frame.x} ${frame.y}`} {...frame} />
      ))}
      {arrows.map((arrow) => (
        <Arrow key={arrow.from.join(' ')} {...arrow} />
      ))}
      {boxes.map((box) => (
        <Box key={`${box.x} ${box.y}`} {...box} />
      ))}
    </svg>
  );
}

function Frame({ x, y, width, height, title, isLater }: PictureFrame) {
  return (
    <g className={isLater ? 'frame later' : 'frame'}>
      <rect x={x} y={y} width={width} height={height} rx={8} />
      <text x={x + INSET} y={y + FRAME_HEAD - 8}>
        {title}
      </text>
    </g>
  );
}

function Arrow({ from: [x1, y1], to: [x2, y2] }: PictureArrow) {
  return <line className="arrow" x1={x1} y1={y1 + 1} x2={x2} y2={y2 - 2} markerEnd="url(#arrow-head)" />;
}

function Box({ x, y, width, height, subgraph, place, lines, whole }: PictureBox) {
  const hue = hueOf(subgraph);
  return (
    <g className="fetch">
      <title>{whole}</title>
      <rect x={x} y={y} width={width} height={height} rx={6} />
      <rect x={x} y={y} width={5} height={height} rx={2} fill={`hsl(${hue} 60% 50%)`} stroke="none" />
      <text className="system" x={x + INSET + 4} y={y + 17}>
        {subgraph}
      </text>
      <text className="place" x={x + INSET + 4} y={y + 32}>
        {place === '' ? 'at the root' : `at ${ending(place)}`}
      </text>
      {lines.map((line, index) => (
        <text
          key={`${index} ${line}`}
          className="asks"
          x={x + INSET + 4}
          y={y + HEAD_HEIGHT + index * LINE_HEIGHT + 10}
        >
          {line}
        </text>
      ))}
    </g>
  );
}

/** The end of a long path says more than its beginning. */
function ending(place: string): string {
  return place.length <= 32 ? place : `…${place.slice(-31)}`;
}
