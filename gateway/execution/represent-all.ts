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
  const { keyOf, isAlike, print } = represent;
  const representations: string[] = [];
  const targets: Data[][] = [];
  const left: Data[] = [];
  const unlike: Data[] = [];
  const groups = new Map<unknown, Data[]>();
  const add = (text: string, group: Data[]) => {
    representations.push(text);
    targets.push(group);
    return group;
  };
  for (const entity of entities) {
    const key = keyOf(entity);
    const group = key === undefined ? left : groups.get(key);
    if (group === undefined) groups.set(key, add(print(entity, key), [entity]));
    else if (group === left || isAlike(group[0] ?? entity, entity)) group.push(entity);
    else unlike.push(entity);
  }
  // One entity as which different fields are known in different places.
  for (const [text, group] of Map.groupBy(unlike, (entity) => print(entity, keyOf(entity)))) add(text, group);
  // Most are of other types; whether something was lacking is looked at when something has failed.
  if (left.length > 0) run.unasked.push({ node, path, entities: left });
  return { representations, targets, left };
}
