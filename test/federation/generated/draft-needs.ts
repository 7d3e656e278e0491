/**
 * Lets subgraphs by chance need each other: fields that are reckoned from what others know of the entity, some of them
 * from each other, and fields that are answered of other entities on the way to them.
 */

import type { Chance } from './chance.ts';
import { namedIn, owningOf, type Entity, type Field, type LeadsTo, type Need } from './model.ts';
import { VALUE_TYPES } from './values.ts';

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
  for (const need of needs) {
    know(entity, owner, need.field);
    knowBelow(owner, need);
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

function knowBelow(subgraph: string, { field, below = [] }: Need): void {
  for (const need of below) {
    for (const target of targetsOf(field)) know(target, subgraph, need.field);
    knowBelow(subgraph, need);
  }
}

interface Depth {
  readonly chance: Chance;
  readonly depth: number;
}

function needableIn(entity: Entity, subgraph: string, at: Depth): readonly Need[] {
  return entity.fields.flatMap((field): readonly Need[] => {
    if (field.owners.includes(subgraph) || field.moves?.from === subgraph) return [];
    return needed(field, subgraph, at);
  });
}

function needed(field: Field, subgraph: string, { chance, depth }: Depth): readonly Need[] {
  const below = { chance, depth: depth - 1 };
  const { leadsTo, wider } = field;
  // Not everybody has the fields of the narrower type there.
  if (wider !== undefined && namedIn(wider.type) !== namedIn(field.type)) return [];
  switch (leadsTo.kind) {
    case 'scalar':
      return [field.hasArgument && chance.isOneIn(2) ? { field, n: 1 + chance.below(3) } : { field }];
    case 'value':
      return [{ field }];
    case 'entity':
      return depth === 0 ? [] : neededBelow(field, scalarsIn(leadsTo.entity, subgraph, below));
    case 'box': {
      const told = leadsTo.box.fieldsIn.get(subgraph) ?? [];
      const needs = told.flatMap((each) => needed(each, subgraph, { chance, depth: Math.max(0, depth) }));
      return neededBelow(field, chance.someOf(needs).slice(0, 2));
    }
    default:
      return [];
  }
}

function neededBelow(field: Field, below: readonly Need[]): readonly Need[] {
  return below.length === 0 ? [] : [{ field, below }];
}

function scalarsIn(entity: Entity, subgraph: string, at: Depth): readonly Need[] {
  if (!entity.homes.has(subgraph)) return [];
  const scalars = needableIn(entity, subgraph, at).filter(({ field }) => field.leadsTo.kind === 'scalar');
  const { chance } = at;
  const onType = entity.name;
  return chance
    .someOf(scalars)
    .slice(0, 2)
    .map((need) => (chance.isOneIn(3) ? { ...need, onType } : need));
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
    const [owner = '', ...others] = field.owners;
    if (others.length > 0 || !chance.isOneIn(3)) continue;
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
