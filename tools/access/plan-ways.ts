/**
 * By which way each cell is executed: at a subgraph the type is entered by its key where it has one, at the gateway
 * always from the root. Prefers a way that the rules leave open for the asker; says where a way is closed.
 */

import type { SystemName } from '../../schema/ownership.ts';
import type { Asker, Whose } from './asker.ts';
import type { DeclaredVerdicts } from './declare-verdicts.ts';
import { ALL_STEPS, SHAPES, waysFrom, type Step, type Ways } from './find-ways.ts';
import type { PolicyLine } from './policy.ts';
import type { Way } from './read-cells.ts';

export interface PlannedWay {
  readonly way: Way;
  /** By whose things are asked for: the first field on the way that refuses. */
  readonly closedAt: Readonly<Record<Whose, string | undefined>>;
  /** Whether no id or number stands in it, so that it cannot lead to what belongs to another. */
  readonly namesNothing: boolean;
}

export type PlanWays = (
  line: PolicyLine,
  asker: Asker,
) => { readonly subgraph: PlannedWay; readonly gateway: PlannedWay };

const ROOT = 'Query';

export function planWays(declared: DeclaredVerdicts): PlanWays {
  const { openWays, stepsTo } = findOpenWays(declared);
  const anyWay = waysFrom([ROOT], ALL_STEPS);
  const planned = (line: PolicyLine, asker: Asker, way: Way): PlannedWay => ({
    way,
    closedAt: {
      own: closedAt(way.steps, (step) => declared(step, asker, 'own')),
      other: asker === 'customer' ? closedAt(way.steps, (step) => declared(step, asker, 'other')) : undefined,
    },
    namesNothing: isWithoutNames(way, line),
  });
  return (line, asker) => {
    const { system, type } = line;
    const { entities, providers } = SHAPES[system];
    const provider = providers[line.place];
    const starts = [ROOT, ...entities];
    const steps =
      provider === undefined
        ? stepsTo(line, asker, starts)
        : [...stepsTo({ ...line, type: provider.from }, asker, starts), provider];
    const entity = steps[0]?.from ?? type;
    const open = openWays(asker);
    const inner = stepsTo(line, asker, [ROOT, ...entities.filter((name) => open.has(name))]);
    const start = inner[0]?.from ?? type;
    const toStart = open.get(start) ?? anyWay.get(start) ?? noWay(line);
    return {
      subgraph: planned(line, asker, { steps, ...(entity === ROOT ? {} : { entity }) }),
      gateway: planned(line, asker, { steps: [...toStart, ...inner] }),
    };
  };
}

/** Ways that the rules leave open for the asker; where there is none, one that they close. */
function findOpenWays(declared: DeclaredVerdicts) {
  const fromRoot = new Map<Asker, Ways>();
  const within = new Map<string, Ways>();
  const mayPass = (asker: Asker) => (step: Step) => declared(step, asker, 'own') !== 'denied';
  const openWithin = (system: SystemName, asker: Asker, starts: readonly string[]): Ways => {
    const name = JSON.stringify([system, asker, starts]);
    const known = within.get(name) ?? waysFrom(starts, SHAPES[system].steps, mayPass(asker));
    within.set(name, known);
    return known;
  };
  return {
    openWays: (asker: Asker): Ways => {
      const known = fromRoot.get(asker) ?? waysFrom([ROOT], ALL_STEPS, mayPass(asker));
      fromRoot.set(asker, known);
      return known;
    },
    /** Within the line's system, from one of the starts. */
    stepsTo: (line: PolicyLine, asker: Asker, starts: readonly string[]): readonly Step[] => {
      const { entities, steps } = SHAPES[line.system];
      const open = openWithin(line.system, asker, starts).get(line.type);
      return open ?? waysFrom([ROOT, ...entities], steps).get(line.type) ?? noWay(line);
    },
  };
}

function closedAt(steps: readonly Step[], says: (step: Step) => string): string | undefined {
  return steps.find((step) => says(step) === 'denied')?.place;
}

/** Entities are entered by their id. */
function isWithoutNames({ entity, steps }: Way, { type, place, system }: PolicyLine): boolean {
  if (entity !== undefined || steps.some(({ isLookup }) => isLookup)) return false;
  if (type !== ROOT) return true;
  return !SHAPES[system].lookups.has(place);
}

function noWay({ system, type }: PolicyLine): never {
  throw new Error(`no query leads to ${type} of ${system}`);
}
