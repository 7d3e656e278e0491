/**
 * Lets subgraphs by chance need each other: fields that are reckoned from what others know of the entity, some of them
 * from each other, and fields that are answered of other entities on the way to them.
 */

import type { Chance } from './chance.ts';
import { owningOf, VALUE_TYPES, type Entity, type Field, type LeadsTo, type Need } from './model.ts';

export function draftNeeds(entities: readonly Entity[], chance: Chance, newName: () => string): void {
  for (const entity of entities)
    for (const owner of owningOf(entity)) {
      // One after the other: a field may need the one before it, in another subgraph.
      const turns = Array.from({ length: chance.below(3) }, () => ({ entity, owner, entities, chance }));
      for (const drafting of turns) addReckoned(drafting, newName);
    }
  for (const entity of entities) provideSome(entity, chance);
}

interface Drafting {
  readonly entity: Entity;
  readonly owner: string;
  readonly entities: readonly Entity[];
  readonly chance: Chance;
}

function addReckoned(drafting: Drafting, newName: () => string): void {
  const field = reckonedField(drafting);
  if (field !== undefined) drafting.entity.fields.push({ ...field, name: newName() });
}

function reckonedField({ entity, owner, entities, chance }: Drafting): Omit<Field, 'name'> | undefined {
  const needs = chance.someOf(needableIn(entity, owner, { chance, depth: 1 })).slice(0, 3);
  if (needs.length === 0) return undefined;
  for (const { field, below = [] } of needs) {
    know(entity, owner, field);
    const { leadsTo } = field;
    if (leadsTo.kind === 'entity') for (const each of below) know(leadsTo.entity, owner, each.field);
  }
  const leadsTo = somewhere(
    entities.filter(({ homes }) => homes.has(owner)),
    chance,
  );
  return {
    type: typeThere(leadsTo, chance),
    leadsTo,
    hasArgument: chance.isOneIn(5),
    owners: [owner],
    provides: [],
    needs,
  };
}

interface Depth {
  readonly chance: Chance;
  readonly depth: number;
}

function needableIn(entity: Entity, subgraph: string, { chance, depth }: Depth): readonly Need[] {
  return entity.fields.flatMap((field): readonly Need[] => {
    if (field.owners.includes(subgraph) || field.movedFrom === subgraph) return [];
    const { leadsTo } = field;
    if (leadsTo.kind === 'scalar')
      return [field.hasArgument && chance.isOneIn(2) ? { field, n: 1 + chance.below(3) } : { field }];
    if (leadsTo.kind === 'value') return [{ field }];
    if (leadsTo.kind === 'abstract' || depth === 0 || !leadsTo.entity.homes.has(subgraph)) return [];
    const needable = needableIn(leadsTo.entity, subgraph, { chance, depth: depth - 1 });
    const scalars = needable.filter((each) => each.field.leadsTo.kind === 'scalar');
    const below = chance.someOf(scalars).slice(0, 2);
    return below.length === 0 ? [] : [{ field, below }];
  });
}

function somewhere(known: readonly Entity[], chance: Chance): LeadsTo {
  const kind = chance.below(6);
  if (kind === 0) return { kind: 'value', type: chance.oneOf(VALUE_TYPES) };
  return kind === 1 ? { kind: 'entity', entity: chance.oneOf(known) } : { kind: 'scalar' };
}

function typeThere(leadsTo: LeadsTo, chance: Chance): string {
  if (leadsTo.kind === 'entity') return `${leadsTo.entity.name}${chance.oneOf(['', '!'])}`;
  if (leadsTo.kind === 'value') return leadsTo.type.name;
  return chance.oneOf(['String', 'String', 'String!']);
}

function provideSome({ fields }: Entity, chance: Chance): void {
  for (const { leadsTo, owners, provides } of fields) {
    const [owner = ''] = owners;
    if (leadsTo.kind !== 'entity' || !chance.isOneIn(3)) continue;
    const able = leadsTo.entity.fields.filter(
      (field) =>
        field.leadsTo.kind === 'scalar' &&
        field.needs === undefined &&
        field.movedFrom === undefined &&
        !field.hasArgument &&
        !field.owners.includes(owner),
    );
    provides.push(...chance.someOf(able).slice(0, 2));
    for (const field of provides) know(leadsTo.entity, owner, field);
  }
}

function know({ homes }: Entity, subgraph: string, field: Field): void {
  homes.get(subgraph)?.external.add(field);
}
