/**
 * Lets fields by chance go from one subgraph to another (@override), for all requests or for a share of them.
 */

import type { Chance } from './chance.ts';
import { valuesIn, type Abstract, type LeadsTo, type Move } from './model.ts';

export function draftMove(able: readonly string[], chance: Chance): Move {
  const share = chance.oneOf([{}, { percent: 20 }, { percent: 70 }]);
  return { from: chance.oneOf(able), ...share };
}

/** Whether the subgraph knows all that comes from such a field. */
export function isToldIn(
  subgraph: string,
  leadsTo: LeadsTo,
  typeName: string,
  abstracts: readonly Abstract[],
): boolean {
  switch (leadsTo.kind) {
    case 'entity':
      return leadsTo.entity.homes.has(subgraph);
    case 'box':
      return leadsTo.box.fieldsIn.get(subgraph)?.length === leadsTo.box.fields.length;
    case 'abstract': {
      const found = abstracts.find(({ name }) => name === typeName);
      const members = found?.membersIn.get(subgraph);
      if (found === undefined || members === undefined) return false;
      const values = valuesIn(found, subgraph);
      return (
        leadsTo.members.every((each) => members.includes(each)) &&
        leadsTo.values.every((each) => values.includes(each))
      );
    }
    default:
      return leadsTo.kind !== 'root';
  }
}
