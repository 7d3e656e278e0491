/**
 * Lets subgraphs by chance need each other: fields that are reckoned from what others know of the entity, some of them
 * from each other, and fields that are answered of other entities on the way to them.
 */

import type { Chance } from './chance.ts';
import {
  namedIn,
  owningOf,
  type Abstract,
  type Entity,
  type Field,
  type LeadsTo,
  type Model,
  type Need,
} from './model.ts';
import { SEEN_TYPES } from './values.ts';

export function draftNeeds(
  { entities, abstracts }: Pick<Model, 'entities' | 'abstracts'>,
  chance: Chance,
  newName: () => string,
): void {
  for (const entity of entities)
    for (const owner of owningOf(entity)) {
      // One after the other: a field may need the one before it, in another subgraph.
      const turns = Array.from({ length: chance.below(3) }, () => ({
        entity,
        owner,
        entities,
        abstracts,
        chance,
      }));
      for (const drafting of turns) addReckoned(drafting, newName);
    }
  for (const entity of entities) provideSome(entity, chance);
}

interface Drafting {
  readonly entity: Entity;
  readonly owner: string;
  readonly entities: readonly Entity[];
  readonly abstracts: readonly Abstract[];
  readonly chance: Chance;
}

function addReckoned(drafting: Drafting, newName: () => string): void {
  const field = reckonedField(drafting);
  if (field !== undefined) drafting.entity.fields.push({ ...field, name: newName() });
}

function reckonedField({
  entity,
  owner,
  entities,
  abstracts,
  chance,
}: Drafting): Omit<Field, 'name'> | undefined {
  const needs = chance
    .someOf(needableIn(entity, owner, { chance, abstracts, depth: 1 + chance.below(2) }))
    .slice(0, 3);
  if (needs.length === 0) return undefined;
  for (const need of needs) {
    know(entity, owner, need.field);
    knowBelow(owner, need);
  }
  const known = entities.filter(({ homes }) => homes.has(owner));
  // What comes of another turn may be null where that of this one is not, and nobody would know why.
  const leadsTo: LeadsTo = needs.some(tellsTurns) ? { kind: 'scalar' } : somewhere(known, chance);
  return {
    type: typeThere(leadsTo, chance),
    leadsTo,
    hasArgument: chance.isOneIn(5),
    isWished: chance.isOneIn(2),
    owners: [owner],
    provides: [],
    needs,
  };
}

function tellsTurns({ field, below = [] }: Need): boolean {
  return field.tellsTurns === true || [...below, ...(field.needs ?? [])].some(tellsTurns);
}

function knowBelow(subgraph: string, { field, below = [] }: Need): void {
  for (const need of below) {
    for (const target of targetsOf(field.leadsTo)) know(target, subgraph, need.field);
    knowBelow(subgraph, need);
  }
}

interface Depth {
  readonly chance: Chance;
  readonly abstracts: readonly Abstract[];
  readonly depth: number;
}

function needableIn(entity: Entity, subgraph: string, at: Depth): readonly Need[] {
  return entity.fields.flatMap((field): readonly Need[] => {
    if (field.owners.includes(subgraph) || field.moves?.from === subgraph) return [];
    // Composition finds no way to what moves for some requests only.
    if (field.moves?.percent !== undefined) return [];
    return needed(field, subgraph, at);
  });
}

function needed(field: Field, subgraph: string, at: Depth): readonly Need[] {
  const { chance, depth } = at;
  const below = { ...at, depth: depth - 1 };
  const { leadsTo, wider, hasArgument } = field;
  const need: Need = hasArgument && chance.isOneIn(2) ? { field, n: 1 + chance.below(3) } : { field };
  // Not everybody has the fields of the narrower type there.
  if (wider !== undefined && namedIn(wider.type) !== namedIn(field.type)) return [];
  switch (leadsTo.kind) {
    case 'scalar':
    case 'value':
      return [need];
    case 'entity':
      return depth <= 0 ? [] : neededBelow(need, neededOf(leadsTo.entity, subgraph, below));
    case 'abstract':
      if (depth <= 0 || !isKnownIn(subgraph, field, at)) return [];
      return neededBelow(need, neededOfSome(chance.someOf(leadsTo.members), subgraph, below));
    case 'box': {
      const told = leadsTo.box.fieldsIn.get(subgraph) ?? [];
      const needs = told.flatMap((each) => needed(each, subgraph, { ...at, depth: Math.max(0, depth) }));
      return neededBelow(need, chance.someOf(needs).slice(0, 2));
    }
    default:
      return [];
  }
}

function neededBelow(need: Need, below: readonly Need[]): readonly Need[] {
  return below.length === 0 ? [] : [{ ...need, below }];
}

/** Whether it knows the interface or the union too, and each type of which the field may be. */
function isKnownIn(subgraph: string, { type, leadsTo }: Field, { abstracts }: Depth): boolean {
  const { membersIn, standIns = [] } = abstracts.find(({ name }) => name === namedIn(type)) ?? {};
  const known = membersIn?.get(subgraph) ?? [];
  const isObject = standIns.some((each) => each.subgraph === subgraph);
  return !isObject && targetsOf(leadsTo).every((each) => known.includes(each));
}

/** Nothing of the same name of two, for nobody could tell of which it is. */
function neededOfSome(entities: readonly Entity[], subgraph: string, at: Depth): readonly Need[] {
  const found = entities.flatMap((entity) =>
    neededOf(entity, subgraph, at).map((need): Need => ({ ...need, onType: entity.name })),
  );
  return found.filter(
    ({ field: { name } }, index) => found.findIndex(({ field }) => field.name === name) === index,
  );
}

function neededOf(entity: Entity, subgraph: string, at: Depth): readonly Need[] {
  if (!entity.homes.has(subgraph)) return [];
  const found = needableIn(entity, subgraph, at).filter(
    ({ field }) => field.leadsTo.kind === 'scalar' || field.leadsTo.kind === 'entity',
  );
  const { chance } = at;
  const onType = entity.name;
  return chance
    .someOf(found)
    .slice(0, 2)
    .map((need) => (chance.isOneIn(3) ? { ...need, onType } : need));
}

function targetsOf(leadsTo: LeadsTo): readonly Entity[] {
  if (leadsTo.kind === 'entity') return [leadsTo.entity];
  return leadsTo.kind === 'abstract' ? leadsTo.members : [];
}

function somewhere(known: readonly Entity[], chance: Chance): LeadsTo {
  const kind = chance.below(6);
  if (kind === 0) return { kind: 'value', type: chance.oneOf(SEEN_TYPES) };
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
    for (const target of targetsOf(field.leadsTo)) {
      // What stands in for the interface knows no types.
      if (!target.homes.has(owner)) continue;
      const provided = providableOf(target, owner, { chance, depth: 1 });
      field.provides.push(...provided);
      for (const need of provided) know(target, owner, need.field);
      for (const need of provided) knowBelow(owner, need);
    }
  }
}

/** What others tell of it, and of what it leads to. */
function providableOf(
  { fields }: Entity,
  owner: string,
  { chance, depth }: Omit<Depth, 'abstracts'>,
): readonly Need[] {
  const able = fields.flatMap((field): readonly Need[] => {
    const { leadsTo, needs, moves, hasArgument, owners } = field;
    if (needs !== undefined || moves !== undefined || hasArgument || owners.includes(owner)) return [];
    // Not everybody knows all values.
    if (leadsTo.kind === 'scalar') return leadsTo.tones === undefined ? [{ field }] : [];
    if (leadsTo.kind === 'value') return [{ field }];
    if (leadsTo.kind !== 'entity' || depth === 0 || !leadsTo.entity.homes.has(owner)) return [];
    return neededBelow({ field }, providableOf(leadsTo.entity, owner, { chance, depth: depth - 1 }));
  });
  return chance.someOf(able).slice(0, 2);
}

function know({ homes }: Entity, subgraph: string, field: Field): void {
  homes.get(subgraph)?.external.add(field);
}
