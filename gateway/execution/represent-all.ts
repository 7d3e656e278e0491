/**
 * The entities of one fetch, each asked for once, whatever the number of places where it stands. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';

import type { Data } from './own-property.ts';
import type { PlanRun } from './plan-run.ts';
import type { Representer } from './representations.ts';

interface Represented {
  readonly node: FetchNode;
  /** Where its objects stand in the response; `@` for each item of a list. */
  readonly path: readonly string[];
  readonly represent: Representer;
}

/** For each representation the objects that it stands for, and those that cannot be asked for. */
export function representAll(
  { node, path, represent }: Represented,
  run: PlanRun,
  entities: readonly Data[],
) {
  const { keyOf, print } = represent;
  const indexes = new Map<unknown, number>();
  const representations: string[] = [];
  const targets: Data[][] = [];
  const left: Data[] = [];
  for (const entity of entities) {
    const key = keyOf(entity);
    if (key === undefined) {
      left.push(entity);
      continue;
    }
    const index = indexes.get(key);
    if (index !== undefined) {
      targets[index]?.push(entity);
      continue;
    }
    indexes.set(key, targets.length);
    representations.push(print(entity, key));
    targets.push([entity]);
  }
  // Most are of other types; whether something was lacking is looked at when something has failed.
  if (left.length > 0) run.unasked.push({ node, path, entities: left });
  return { representations, targets, left };
}
