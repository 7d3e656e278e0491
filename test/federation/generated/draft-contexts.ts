/**
 * Lets subgraphs by chance give fields what stands around their objects (@context, @fromContext): something of the
 * nearest entity of some types on the way to them, or else of where queries begin.
 */

import type { Chance } from './chance.ts';
import { owningOf, rootNames, type Context, type Entity } from './model.ts';

interface Drafted {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
}

export function draftContexts(
  { subgraphs, entities }: Drafted,
  chance: Chance,
  newName: () => string,
): readonly Context[] {
  return subgraphs
    .filter(() => chance.isOneIn(2))
    .flatMap((subgraph) => {
      // What stands behind an interface may come as that.
      const own = entities.filter(
        (each) => each.standsBehind === undefined && owningOf(each).includes(subgraph),
      );
      const told = chance.someOf(own, 1).flatMap((entity) => toldOf(entity, subgraph, chance));
      // A context that only the root sets is lost while composing.
      if (told.length === 0) return [];
      const context: Context = {
        subgraph,
        name: 'around',
        told: new Map([
          ['Query', rootNames(subgraph, '').around],
          ...told.filter((each) => each !== undefined),
        ]),
      };
      for (const taker of chance.someOf(own, 1)) addTaker(taker, context, newName());
      return [context];
    });
}

function toldOf(entity: Entity, subgraph: string, chance: Chance): readonly (readonly [string, string])[] {
  const able = entity.fields.filter(
    (field) =>
      field.type.startsWith('String') &&
      field.leadsTo.kind === 'scalar' &&
      field.needs === undefined &&
      field.moves === undefined &&
      !field.hasArgument,
  );
  if (able.length === 0) return [];
  const field = chance.oneOf(able);
  if (!field.owners.includes(subgraph)) entity.homes.get(subgraph)?.external.add(field);
  return [[entity.name, field.name]];
}

function addTaker(entity: Entity, context: Context, name: string): void {
  entity.fields.push({
    name,
    type: 'String',
    leadsTo: { kind: 'scalar' },
    hasArgument: true,
    owners: [context.subgraph],
    provides: [],
    takes: context,
    rawOf: (nr, n, around) => `${name} ${nr} ${n} in ${JSON.stringify(around)}`,
  });
}
