/**
 * Lets subgraphs by chance give fields what stands around their objects (@context, @fromContext): something of the
 * nearest entity of some types on the way to them, or else of where queries begin.
 */

import type { Chance } from './chance.ts';
import { wrapped } from './draft-boxes.ts';
import { targetsIn, type Target } from './draft-narrowed.ts';
import { owningOf, rootNames, type Abstract, type Context, type Entity, type Field } from './model.ts';
import { valueAt } from './values.ts';

interface Drafted {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
  readonly abstracts: readonly Abstract[];
}

export function draftContexts(drafted: Drafted, chance: Chance, newName: () => string): readonly Context[] {
  return drafted.subgraphs
    .filter(() => chance.isOneIn(2))
    .flatMap((subgraph) => {
      // What stands behind an interface may come as that.
      const own = drafted.entities.filter(
        (each) => each.standsBehind === undefined && owningOf(each).includes(subgraph),
      );
      const contexts = NAMES.slice(chance.below(2)).flatMap((name): readonly Context[] => {
        const told = chance.someOf(own, 1).flatMap((entity) => toldOf(entity, subgraph, chance));
        const root = [ROOT, rootNames(subgraph, '').around] as const;
        // A context that only the root sets is lost while composing.
        return told.length === 0 ? [] : [{ subgraph, name, told: new Map([root, ...told]) }];
      });
      if (contexts.length === 0) return [];
      const takers = chance.someOf(own, 1).map((taker) => {
        const takes = chance.someOf(contexts, 1);
        const target = chance.isOneIn(2) ? chance.oneOf(targetsIn(subgraph, drafted)) : TEXT;
        taker.fields.push(taking(takes, target, newName(), chance));
        return takes;
      });
      // One that nobody takes is nothing to anybody.
      return contexts.filter((each) => takers.some((takes) => takes.includes(each)));
    });
}

const NAMES = ['beyond', 'around'];
const ROOT = 'Query';
const TEXT: Target = { name: 'String', leadsTo: { kind: 'scalar' } };

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

function taking(
  takes: readonly Context[],
  { name: typeName, leadsTo }: Target,
  name: string,
  chance: Chance,
): Field {
  const isText = leadsTo.kind === 'scalar';
  const type = isText ? typeName : wrapped(typeName, chance);
  return {
    ...{ name, type, leadsTo, hasArgument: true, takes, provides: [] },
    owners: takes.slice(0, 1).map(({ subgraph }) => subgraph),
    rawOf: (nr, n, around) => {
      const text = `${name} ${nr} ${n} in ${JSON.stringify(around)}`;
      return isText ? text : valueAt(leadsTo, type, text);
    },
  };
}
