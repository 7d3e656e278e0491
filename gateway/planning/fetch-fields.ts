/**
 * What a fetch must have from others, and what others have from it: fields of the response, as names joined by dots, and
 * the types of object that they are asked of. Knows no plan.
 */

import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

import { askedThere, fieldBelow } from './placed-fetches.ts';
import type { SubgraphFields } from './subgraph-fields.ts';
import { FRAGMENT, isTypeStep, typesMeant } from './typed-paths.ts';

export type TypeNames = Pick<
  SubgraphFields,
  'find' | 'isObject' | 'everyMemberOf' | 'membersOf' | 'commonMembersOf'
>;

/** Objects of the response that stand at one path. */
export interface Place {
  /** Names joined by dots; empty for the root. */
  readonly at: string;
  /** Those that an object must be of to be meant; undefined: any, or there is no saying. */
  readonly types: readonly string[] | undefined;
  /** Where the objects stand that lead here; undefined for the root. */
  readonly above: Place | undefined;
}

export const ROOT: Place = { at: '', types: undefined, above: undefined };

/** A field of the objects at a place. */
export interface AwaitedField {
  readonly at: string;
  readonly of: Place;
}

/** The place to which a plan's path leads from another. */
export function placeBelow(place: Place, path: readonly string[], { isObject }: TypeNames): Place {
  return path.reduce((above, step): Place => {
    if (step === '@') return above;
    if (!isTypeStep(step)) return { at: fieldBelow(above.at, step), types: undefined, above };
    const types = typesMeant(step).filter(isObject);
    return types.length === 0 ? above : { ...above, types };
  }, place);
}

/** What it sends of its entities, and what it reads of the objects around them. */
export function fieldsAwaited(fetch: FetchNode, place: Place, types: TypeNames): readonly AwaitedField[] {
  return [...fieldsSent(fetch.requires ?? [], place, types), ...fieldsAround(fetch, place, types)];
}

/** What is there once a fetch has been made. */
export interface Brought {
  /** The places of whose objects a field was asked, by the field's path. */
  readonly fields: ReadonlyMap<string, readonly Place[]>;
  /** The types that an object may have, by its path; among them `ANY` where its subgraph says nothing of them. */
  readonly possible: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Those of them that it may have whoever is asked for it. */
  readonly common: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** As `isBrought` looks it up. */
export function fieldsBrought(
  fetch: FetchNode,
  operation: OperationDefinitionNode,
  place: Place,
  types: TypeNames,
): Brought {
  const brought = {
    fields: new Map<string, Place[]>(),
    possible: new Map<string, (readonly string[])[]>(),
    common: new Map<string, (readonly string[])[]>(),
  };
  const renames = renamesOf(fetch.outputRewrites ?? []);
  const typeName = (fetch.requires ?? []).length > 0 ? undefined : ROOTS[operation.operation];
  for (const set of askedThere(fetch, operation))
    addFields(set, { place, typeName }, { renames, types, subgraph: fetch.serviceName, ...brought });
  return brought;
}

/** What is known after several fetches: a plan may have many, so what each has brought is not copied. */
export class Known {
  readonly #brought: readonly Brought[];

  constructor(brought: readonly Brought[] = []) {
    this.#brought = brought;
  }

  static ofAll(each: readonly Known[]): Known {
    return new Known([...new Set(each.flatMap((known) => known.#brought))]);
  }

  has(field: string): boolean {
    return this.#brought.some(({ fields }) => fields.has(field));
  }

  /** Where the field was asked. */
  askedOf(field: string): readonly Place[] {
    return this.#brought.flatMap(({ fields }) => fields.get(field) ?? []);
  }

  /** Whether an object there may be of the type, as far as those know that give it. */
  mayBe(object: string, typeName: string, looksAt: 'possible' | 'common'): boolean {
    const lists = this.#brought.flatMap((each) => each[looksAt].get(object) ?? []);
    return lists.length === 0 || lists.some((types) => types.includes(typeName) || types.includes(ANY));
  }

  and(brought: Brought): Known {
    return new Known([...this.#brought, brought]);
  }
}

export interface Bringing {
  /** Of which types the objects are that lead to it makes no difference. */
  readonly isNear: boolean;
  /** The planner asks nothing of objects that only some of those know who could be asked for them. */
  readonly looksAt: 'possible' | 'common';
}

export function isBrought({ at, of }: AwaitedField, known: Known, { isNear, looksAt }: Bringing): boolean {
  return isAskedOf(isNear ? { ...of, above: undefined } : of, known.askedOf(at), { known, looksAt });
}

/** Whether the places, all of one path, have among them each object that the first can mean. */
function isAskedOf(
  place: Place,
  places: readonly Place[],
  asking: Pick<Bringing, 'looksAt'> & { readonly known: Known },
): boolean {
  const { at, types, above } = place;
  if (places.some((each) => covers(each, place))) return true;
  const isAskedAbove = (within: readonly Place[]) =>
    above === undefined
      ? within.length > 0
      : isAskedOf(
          above,
          within.flatMap((each) => each.above ?? []),
          asking,
        );
  if (types === undefined) return isAskedAbove(places);
  // Nobody is asked it of a type that cannot stand there: whoever gives the object knows fewer types than others.
  const possible = types.filter((typeName) => asking.known.mayBe(at, typeName, asking.looksAt));
  const askedOf = possible.map((typeName) => places.filter((each) => isOfAll(each, [typeName])));
  // Types of which the same were asked are looked at once: on a long way there are too many ways to choose one each.
  const alike = Map.groupBy(askedOf, (within) => within.map((each) => places.indexOf(each)).join());
  return [...alike.values()].every(([within = []]) => isAskedAbove(within));
}

/** Whether one place alone has each object that the other can mean. */
function covers(place: Place, other: Place): boolean {
  if (other.types !== undefined && !isOfAll(place, other.types)) return false;
  if (other.above === undefined) return true;
  return place.above !== undefined && covers(place.above, other.above);
}

function isOfAll({ types }: Place, typeNames: readonly string[]): boolean {
  return types === undefined || typeNames.every((typeName) => types.includes(typeName));
}

/** No name of a type. */
const ANY = '*';

/** What the renamed keys are called and come to be called. */
export function renamesOf(rewrites: readonly FetchDataRewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[String(rewrite.path.at(-1)), rewrite.renameKeyTo] as const] : [],
    ),
  );
}

function fieldsSent(
  selections: readonly QueryPlanSelectionNode[],
  of: Place,
  types: TypeNames,
): readonly AwaitedField[] {
  return selections.flatMap((node): readonly AwaitedField[] => {
    if (node.kind === 'InlineFragment') {
      const { typeCondition } = node;
      // Of an interface, the plan may mean those types alone that it has asked.
      const isType = typeCondition !== undefined && types.isObject(typeCondition);
      return fieldsSent(node.selections, isType ? { ...of, types: [typeCondition] } : of, types);
    }
    if (node.name === '__typename') return [];
    const at = fieldBelow(of.at, node.name);
    return [{ at, of }, ...fieldsSent(node.selections ?? [], { at, types: undefined, above: of }, types)];
  });
}

/** What it reads of the objects above its entities: `..` leads from an object to the one above. */
function fieldsAround(
  { contextRewrites = [], variableUsages = [] }: FetchNode,
  place: Place,
  types: TypeNames,
): readonly AwaitedField[] {
  const used = contextRewrites.filter(({ renameKeyTo }) => variableUsages.includes(renameKeyTo));
  return used.flatMap(({ path }) => {
    const levels = path.filter((step) => step === '..').length;
    const [name = '', ...way] = path.slice(levels).toReversed();
    const around = path.slice(0, levels).reduce((object: Place) => object.above ?? ROOT, place);
    const of = way
      .toReversed()
      .reduce((object: Place | undefined, step) => stepDown(object, step, types), around);
    return of === undefined ? [] : { at: fieldBelow(of.at, name), of };
  });
}

/** Undefined where no object that is meant is of the step's type. */
function stepDown(object: Place | undefined, step: string, types: TypeNames): Place | undefined {
  if (object === undefined) return undefined;
  if (!step.startsWith(FRAGMENT)) return { at: fieldBelow(object.at, step), types: undefined, above: object };
  const typeName = step.slice(FRAGMENT.length);
  // Of an interface, the plan may mean those types alone that it has asked.
  if (!types.isObject(typeName)) return object;
  return object.types?.includes(typeName) === false ? undefined : { ...object, types: [typeName] };
}

/** What a supergraph calls them; of others there is no saying what may stand below. */
const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

interface Asked {
  readonly subgraph: string;
  readonly renames: ReadonlyMap<string, string>;
  readonly types: TypeNames;
  readonly fields: Map<string, Place[]>;
  readonly possible: Map<string, (readonly string[])[]>;
  readonly common: Map<string, (readonly string[])[]>;
}

interface AskedObject {
  readonly place: Place;
  /** As the subgraph knows it; undefined: there is no saying. */
  readonly typeName: string | undefined;
}

/** Under the names that they have when the answer is there: the planner calls a field otherwise for the way only. */
function addFields({ selections }: SelectionSetNode, object: AskedObject, asked: Asked): void {
  const { renames, types } = asked;
  const { place } = object;
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const members = types.everyMemberOf(node.typeCondition?.name.value ?? '');
      const within = members.filter((each) => place.types?.includes(each) !== false);
      const narrower = node.typeCondition === undefined ? place : { ...place, types: within };
      const typeName = node.typeCondition?.name.value ?? object.typeName;
      addFields(node.selectionSet, { place: narrower, typeName }, asked);
    }
    if (node.kind !== Kind.FIELD) continue;
    const { name, alias = name, selectionSet } = node;
    const at = fieldBelow(place.at, renames.get(alias.value) ?? alias.value);
    listAt(asked.fields, at).push(place);
    if (selectionSet === undefined) continue;
    const below =
      object.typeName === undefined ? undefined : types.find(asked.subgraph, object.typeName, name.value);
    const possible = possibleIn(below?.typeName, asked);
    const common =
      object.typeName === undefined ? undefined : types.commonMembersOf(object.typeName, name.value);
    listAt(asked.possible, at).push(possible);
    listAt(asked.common, at).push(common?.every(types.isObject) === true ? common : possible);
    addFields(
      selectionSet,
      { place: { at, types: undefined, above: place }, typeName: below?.typeName },
      asked,
    );
  }
}

/** The types that an object of the subgraph's may have; an interface that is an object to it says nothing of them. */
function possibleIn(typeName: string | undefined, { subgraph, types }: Asked): readonly string[] {
  const members = typeName === undefined ? [] : types.membersOf(subgraph, typeName);
  return members.length > 0 && members.every(types.isObject) ? members : [ANY];
}

function listAt<T>(lists: Map<string, T[]>, at: string): T[] {
  const known = lists.get(at);
  if (known !== undefined) return known;
  const list: T[] = [];
  lists.set(at, list);
  return list;
}
