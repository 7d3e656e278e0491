/**
 * Makes up an interface that is an entity by one key or several, and subgraphs that know it as one type
 * (@interfaceObject).
 */

import type { Chance } from './chance.ts';
import { wrapped } from './draft-boxes.ts';
import type { Abstract, Entity, Field, Home, LeadsTo, StandIn } from './model.ts';
import { ID, INTERFACE_KEYS, SCALARS, valueAt } from './values.ts';

interface Drafted {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
}

interface InterfaceEntity extends Abstract {
  readonly home: string;
  readonly members: readonly Entity[];
}

/** Of its objects it tells a label, which is still to be added. */
export function draftInterfaceEntity(
  drafted: Drafted,
  chance: Chance,
  newName: (letter: string) => string,
): InterfaceEntity {
  const name = 'M0';
  const home = chance.oneOf(drafted.subgraphs);
  const others = drafted.subgraphs.filter((each) => each !== home);
  const standing = chance.someOf(others, 1);
  const keys = chance.isOneIn(2) ? INTERFACE_KEYS : [ID];
  const members = ['MA', 'MB'].map((member): Entity => {
    const knowing = [home, ...chance.someOf(others.filter((each) => !standing.includes(each)))];
    const homes = knowing.map((subgraph): [string, Home] => {
      const own = subgraph === home ? keys : [chance.oneOf(keys)];
      return [subgraph, { keys: own, isStub: false, isRooted: true, external: new Set() }];
    });
    const plain = { name: member, homes: new Map(homes), fields: [], sharedBy: [], sharedAs: new Map() };
    return { ...plain, standsBehind: name };
  });
  const standIns: StandIn[] = [];
  for (const subgraph of standing) {
    const of = { name, members, before: standIns.slice(), entities: drafted.entities };
    standIns.push({ subgraph, key: chance.oneOf(keys), fields: fieldsIn(subgraph, of, chance, newName) });
  }
  const membersIn = new Map([home, ...standing].map((subgraph) => [subgraph, members]));
  const plain = { name, kind: 'interface', membersIn, valuesIn: new Map(), commonFields: ['label'] } as const;
  return { ...plain, members, narrowed: [], home, keys, standIns };
}

interface Standing {
  readonly name: string;
  readonly members: readonly Entity[];
  readonly before: readonly StandIn[];
  readonly entities: readonly Entity[];
}

/** What a subgraph that knows it as one type adds to all of its objects. */
function fieldsIn(
  subgraph: string,
  { name, members, before, entities }: Standing,
  chance: Chance,
  newName: (letter: string) => string,
): readonly Field[] {
  const plain = { hasArgument: false, owners: [subgraph], provides: [] };
  const made = (leadsTo: LeadsTo, type: string): Field => {
    const hasArgument = chance.isOneIn(3);
    const rawOf: Field['rawOf'] = (nr, n) => valueAt(leadsTo, type, name, nr, ...(hasArgument ? [n] : []));
    return { ...plain, name: newName('s'), type, leadsTo, hasArgument, rawOf };
  };
  const leadsTo = { kind: 'scalar' } as const;
  const own = made(leadsTo, chance.oneOf(SCALARS));
  const others = made({ kind: 'abstract', members, values: [] }, wrapped(name, chance));
  const label: Field = { ...plain, name: 'label', type: 'String', leadsTo };
  const known = [label, ...before.flatMap(({ fields: [first] }) => first ?? [])];
  const needs = chance.someOf(known, 1).map((field) => ({ field }));
  const reckoned = { ...plain, name: newName('s'), type: 'String', leadsTo, needs };
  const entity = chance.oneOf(entities.filter(({ homes }) => homes.has(subgraph)));
  const away = made({ kind: 'entity', entity }, wrapped(entity.name, chance));
  return [own, ...chance.someOf([others, reckoned, away])];
}
