/**
 * A plan as a picture, measured and placed but not yet painted: a box for each fetch, arrows from what comes first to
 * what waits for it, frames around what happens at the same time. Pure geometry in pixels; knows no browser.
 */

import type { PlannedFetch, PlanStep } from '../base/operation-report.ts';
import { unreachable } from '../base/unreachable.ts';

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PictureBox extends Rectangle {
  readonly subgraph: string;
  /** Where in the answer, as people write it; empty at the root. */
  readonly place: string;
  /** What is asked, shortened to what fits. */
  readonly lines: readonly string[];
  /** All of it. */
  readonly whole: string;
}

export interface PictureFrame extends Rectangle {
  readonly title: string;
  /** Whether the answer does not wait for it. */
  readonly isLater: boolean;
}

/** Always straight down or nearly so. */
export interface PictureArrow {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

export interface PlanPicture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PictureBox[];
  readonly frames: readonly PictureFrame[];
  readonly arrows: readonly PictureArrow[];
}

export const LINE_HEIGHT = 15;
/** Of a box, above what it asks. */
export const HEAD_HEIGHT = 40;
export const FRAME_HEAD = 24;

const BOX_WIDTH = 216;
const BOX_PADDING = 8;
const MOST_LINES = 8;
/** What fits into a box beside each other in the small type. */
const MOST_CHARACTERS = 30;
const FRAME_PADDING = 12;
const GAP = 12;
const ARROW_LENGTH = 26;

/** What is drawn, without a place yet. */
interface Block {
  readonly width: number;
  readonly height: number;
  readonly paint: (x: number, y: number, onto: Canvas) => void;
}

interface Canvas {
  readonly boxes: PictureBox[];
  readonly frames: PictureFrame[];
  readonly arrows: PictureArrow[];
}

/** No wider than `maxWidth`, unless a box or its frames alone are. */
export function drawPlan(step: PlanStep, maxWidth: number): PlanPicture {
  const canvas: Canvas = { boxes: [], frames: [], arrows: [] };
  const { width, height, paint } = blockOf(step, maxWidth);
  paint(0, 0, canvas);
  return { width, height, ...canvas };
}

function blockOf(step: PlanStep, maxWidth: number): Block {
  switch (step.kind) {
    case 'fetch':
      return boxOf(step);
    case 'sequence':
      return stacked(step.steps.map((each) => blockOf(each, maxWidth)));
    case 'parallel':
      return framed({ title: 'at the same time', isLater: false }, sideBySide(step.steps, maxWidth));
    case 'deferred':
      return framed(
        { title: 'later, in parts of their own', isLater: true },
        sideBySide(step.steps, maxWidth),
      );
    case 'each event': {
      const inner = step.steps.map((each) => blockOf(each, maxWidth - 2 * FRAME_PADDING));
      return framed({ title: 'for each event', isLater: false }, stacked(inner));
    }
    default:
      return unreachable(step);
  }
}

function boxOf({ subgraph, path, asks }: PlannedFetch): Block {
  const shown = asks.length > MOST_LINES ? asks.slice(0, MOST_LINES - 1) : asks;
  const left = asks.length - shown.length;
  const lines = [...shown.map(shortened), ...(left === 0 ? [] : [`… ${left} more lines`])];
  const height = HEAD_HEIGHT + lines.length * LINE_HEIGHT + BOX_PADDING;
  const place = path.map(placeOf).join('');
  const box = { subgraph, place: place.replace(/^\./, ''), lines, whole: asks.join('\n') };
  return {
    width: BOX_WIDTH,
    height,
    paint: (x, y, { boxes }) => void boxes.push({ x, y, width: BOX_WIDTH, height, ...box }),
  };
}

function placeOf(step: string): string {
  if (step === '@') return '[]';
  return step.startsWith('|') ? step : `.${step}`;
}

function shortened(line: string): string {
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS - 1)}…`;
}

/** One below the other, with arrows from each to the next. */
function stacked(blocks: readonly Block[]): Block {
  const width = Math.max(0, ...blocks.map((block) => block.width));
  const height = sum(blocks.map((block) => block.height)) + ARROW_LENGTH * Math.max(0, blocks.length - 1);
  return {
    width,
    height,
    paint(x, y, canvas) {
      const middle = x + width / 2;
      let top = y;
      for (const block of blocks) {
        if (top > y) canvas.arrows.push({ from: [middle, top - ARROW_LENGTH], to: [middle, top] });
        block.paint(middle - block.width / 2, top, canvas);
        top += block.height + ARROW_LENGTH;
      }
    },
  };
}

/** In rows, each as wide as may be. */
function sideBySide(steps: readonly PlanStep[], maxWidth: number): Block {
  const inside = maxWidth - 2 * FRAME_PADDING;
  const rows: Block[][] = [];
  for (const block of steps.map((step) => blockOf(step, inside))) {
    const last = rows.at(-1);
    if (last !== undefined && rowWidth([...last, block]) <= inside) last.push(block);
    else rows.push([block]);
  }
  const heights = rows.map((row) => Math.max(...row.map((block) => block.height)));
  return {
    width: Math.max(0, ...rows.map(rowWidth)),
    height: sum(heights) + GAP * Math.max(0, rows.length - 1),
    paint(x, y, canvas) {
      let top = y;
      rows.forEach((row, index) => {
        let left = x;
        for (const block of row) {
          block.paint(left, top, canvas);
          left += block.width + GAP;
        }
        top += (heights[index] ?? 0) + GAP;
      });
    },
  };
}

function rowWidth(row: readonly Block[]): number {
  return sum(row.map((block) => block.width)) + GAP * (row.length - 1);
}

function framed(frame: Pick<PictureFrame, 'title' | 'isLater'>, inner: Block): Block {
  const width = inner.width + 2 * FRAME_PADDING;
  const height = inner.height + FRAME_HEAD + FRAME_PADDING;
  return {
    width,
    height,
    paint(x, y, canvas) {
      canvas.frames.push({ x, y, width, height, ...frame });
      inner.paint(x + FRAME_PADDING, y + FRAME_HEAD, canvas);
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
