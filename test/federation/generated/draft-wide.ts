/**
 * Makes up an interface of which no object has a key: subgraphs know more or fewer of its types, and one of these is
 * not for clients.
 */

import type { Chance } from './chance.ts';
import type { Abstract, Entity } from './model.ts';
import { WIDE_TYPES } from './values.ts';

export function draftWide(subgraphs: readonly string[], chance: Chance): Abstract {
  const knowing = chance.someOf(subgraphs, 1);
  const plain = { kind: 'interface', commonFields: [], narrowed: [], standIns: [] } as const;
  return {
    ...plain,
    narrowed: [],
    name: 'Wide',
    membersIn: new Map(knowing.map((subgraph): [string, readonly Entity[]] => [subgraph, []])),
    valuesIn: new Map(knowing.map((subgraph) => [subgraph, chance.someOf(WIDE_TYPES, 2)])),
  };
}
