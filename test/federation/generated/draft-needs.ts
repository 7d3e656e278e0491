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
    for (const target of targetsOf(field)) below.forEach((each) => know(target, owner, each.field));
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
    if (field.owners.includes(subgraph) || field.moves?.from === subgraph) return [];
    const { leadsTo } = field;
    if (leadsTo.kind === 'scalar')
      return [field.hasArgument && chance.isOneIn(2) ? { field, n: 1 + chance.below(3) } : { field }];
    if (leadsTo.kind === 'value') return [{ field }];
    const targets = targetsOf(field);
    if (depth === 0 || leadsTo.kind === 'abstract' || targets.some(({ homes }) => !homes.has(subgraph)))
      return [];
    const below = targets.flatMap((target) => {
      const needable = needableIn(target, subgraph, { chance, depth: depth - 1 });
      const scalars = needable.filter((each) => each.field.leadsTo.kind === 'scalar');
      const onType = target.name;
      return chance
        .someOf(scalars)
        .slice(0, 2)
        .map((need) => (chance.isOneIn(3) ? { ...need, onType } : need));
    });
    return below.length === 0 ? [] : [{ field, below }];
  });
}

function targetsOf({ leadsTo }: Field): readonly Entity[] {
  if (leadsTo.kind === 'entity') return [leadsTo.entity];
  return leadsTo.kind === 'abstract' ? leadsTo.members : [];
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
  for (const field of fields) {
    const [owner = ''] = field.owners;
    if (!chance.isOneIn(3)) continue;
    for (const target of targetsOf(field)) {
      // What stands in for the interface knows no types.
      if (!target.homes.has(owner)) continue;
      const able = target.fields.filter(
        (each) =>
          (each.leadsTo.kind === 'scalar' || each.leadsTo.kind === 'value') &&
          each.needs === undefined &&
          each.moves === undefined &&
          !each.hasArgument &&
          !each.owners.includes(owner),
      );
      const provided = chance.someOf(able).slice(0, 2);
      field.provides.push(...provided);
      for (const each of provided) know(target, owner, each);
    }
  }
}

function know({ homes }: Entity, subgraph: string, field: Field): void {
  homes.get(subgraph)?.external.add(field);
}
