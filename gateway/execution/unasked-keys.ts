/**
 * Keeps what a subgraph was not asked for from passing as another's answer: a key that some other fetch writes at the
 * same place is taken out of what this one gave. A key that nobody asks for stays; nobody reads it. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  parse,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { isRecord } from '../base/is-record.ts';
import { renamesOf } from '../planning/fetch-fields.ts';
import { couldBe } from './check-shape.ts';
import { getOwn, type Data } from './own-property.ts';
import type { PlacedFetch } from '../planning/placed-fetches.ts';
import { entitySets, fieldsOf, selectionOf, setsBelow, type Applies, type Selection } from './selection.ts';

/** Takes them out in place. `typeName` is the type of the object where it is known already. */
export type DropUnasked = (object: Data, typeName?: unknown) => void;

/** One that is asked of entities of a type, and what takes out of its value what was not asked for below. */
export interface EntityKey {
  readonly key: string;
  readonly drop: ((value: unknown) => void) | undefined;
}

/** Selections of one fetch at one place. */
interface Asked {
  readonly selection: Selection;
  readonly sets: readonly SelectionSetNode[];
  /** The keys that it renames when they have come, and to what. */
  readonly renames: ReadonlyMap<string, string>;
}

/** What other fetches write at a place and below it. */
interface Others {
  readonly here: readonly Asked[];
  /** Each behind the keys that still lead to it. */
  readonly below: readonly Pick<PlacedAsk, 'path' | 'asked'>[];
}

/** What a fetch asks for, behind the keys that lead to its place. */
export interface PlacedAsk {
  readonly node: FetchNode;
  readonly path: readonly string[];
  readonly asked: Asked;
}

export function placedAsk({ node, path }: PlacedFetch): PlacedAsk {
  return { node, path: path.filter((step) => step !== '@'), asked: askedBy(node) };
}

/** `all` are those of the whole plan. Undefined where no other fetch writes anything at the places of this one. */
export function compileDrop(
  node: FetchNode,
  all: readonly PlacedAsk[],
  schema: GraphQLSchema,
): DropUnasked | undefined {
  const place = placeOf(node, all);
  if (place === undefined) return undefined;
  const { rootKind } = place.own.selection;
  const typeName = isOfEntities(node) ? undefined : schema.getRootType(rootKind)?.name;
  return dropAt(schema, { typeName, ...place });
}

/** What a fetch asks of its entities of one type: nothing else of theirs need be taken. */
export function keysOfEntities(
  node: FetchNode,
  all: readonly PlacedAsk[],
  { schema, typeName }: { readonly schema: GraphQLSchema; readonly typeName: string },
): readonly EntityKey[] | undefined {
  const place = placeOf(node, all);
  if (place === undefined) return undefined;
  const { asked, inner } = keysAt(schema, place, typeName);
  const drops = new Map(inner.map(({ key, drop }) => [key, drop]));
  return [...asked.keys()].flatMap((key) => (key === '__typename' ? [] : [{ key, drop: drops.get(key) }]));
}

function placeOf(node: FetchNode, all: readonly PlacedAsk[]): Pick<PlaceParts, 'own' | 'others'> | undefined {
  const ask = all.find((each) => each.node === node);
  if (ask === undefined) return undefined;
  const others = all.filter((each) => each !== ask);
  return { own: ask.asked, others: othersAt(others, ask.path) };
}

function isOfEntities({ requires = [] }: FetchNode): boolean {
  return requires.length > 0;
}

function askedBy(node: FetchNode): Asked {
  const document = parse(node.operation, { noLocation: true });
  const selection = selectionOf(document, node.operationName, {});
  const sets = isOfEntities(node) ? entitySets(selection) : [selection.root];
  return { selection, sets, renames: renamesOf(node.outputRewrites ?? []) };
}

const always = () => true;

/** `steps` are keys from the root of the response on. */
function othersAt(others: Others['below'], steps: readonly string[]): Others {
  return steps.reduce<Others>((reached, key) => stepInto(reached, key, always), arrived(others));
}

function stepInto(others: Others, key: string, applies: Applies): Others {
  const deeper = others.here.flatMap((asked) => belowKey(asked, key, applies));
  const { here, below } = arrived(
    others.below.flatMap(({ path: [next, ...path], asked }) => (next === key ? [{ path, asked }] : [])),
  );
  return { here: [...deeper, ...here], below };
}

function arrived(others: Others['below']): Others {
  const { here = [], below = [] } = Object.groupBy(others, ({ path }) =>
    path.length === 0 ? 'here' : 'below',
  );
  return { here: here.map(({ asked }) => asked), below };
}

/** By the names that fields have in the response. */
function fieldsByFinalKey(asked: Asked, applies: Applies): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, readonly FieldNode[]>();
  for (const [key, nodes] of fieldsOf(asked.selection, asked.sets, applies)) {
    const final = asked.renames.get(key) ?? key;
    fields.set(final, [...(fields.get(final) ?? []), ...nodes]);
  }
  return fields;
}

function belowKey(asked: Asked, key: string, applies: Applies): readonly Asked[] {
  const sets = setsBelow(fieldsByFinalKey(asked, applies).get(key) ?? []);
  return sets.length === 0 ? [] : [{ ...asked, sets }];
}

interface PlaceParts {
  /** Of the place; undefined for entities, which may be of several. */
  readonly typeName: string | undefined;
  readonly own: Asked;
  readonly others: Others;
}

/** Of a whole place: made for each type when the first object of it comes. */
function dropAt(schema: GraphQLSchema, parts: PlaceParts): DropUnasked | undefined {
  const { typeName: declared, others } = parts;
  if (others.here.length === 0 && others.below.length === 0) return undefined;
  if (declared !== undefined && isObjectType(schema.getType(declared))) {
    let dropped: DropUnasked | undefined;
    return (object) => (dropped ??= dropOf(schema, parts, declared))(object);
  }
  const byType = new Map<string, DropUnasked>();
  return (object, known) => {
    const name = typeOf(schema, known, getOwn(object, '__typename'));
    const drop = byType.get(name) ?? dropOf(schema, parts, name);
    byType.set(name, drop);
    drop(object);
  };
}

/** What is known counts before what the object says of itself, and a type before an interface; empty for neither. */
function typeOf(schema: GraphQLSchema, known: unknown, said: unknown): string {
  if (typeof known === 'string' && isObjectType(schema.getType(known))) return known;
  if (typeof said === 'string' && schema.getType(said) !== undefined) return said;
  return typeof known === 'string' && schema.getType(known) !== undefined ? known : '';
}

/** Of objects of one type; its name is empty for those of which nobody knows it. */
function dropOf(schema: GraphQLSchema, parts: PlaceParts, typeName: string): DropUnasked {
  const { unasked, inner } = keysAt(schema, parts, typeName);
  return (object) => {
    for (const key of unasked) if (object[key] !== undefined) Reflect.deleteProperty(object, key);
    for (const { key, drop } of inner) drop(object[key]);
  };
}

/** Those asked for, those of them with something below that others write, and those that others alone write. */
function keysAt(
  schema: GraphQLSchema,
  { own, others }: Pick<PlaceParts, 'own' | 'others'>,
  typeName: string,
) {
  const applies: Applies = (condition) => typeName === '' || couldBe(schema, typeName, condition);
  const asked = fieldsOf(own.selection, own.sets, applies);
  const written = others.here.flatMap((each) => [...fieldsByFinalKey(each, applies).keys()]);
  const unasked = [...new Set(written)].filter((key) => !asked.has(key));
  const parent = schema.getType(typeName);
  const definitions = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
  const inner = [...asked].flatMap(([key, nodes]) => {
    const sets = setsBelow(nodes);
    if (sets.length === 0) return [];
    const type = definitions[nodes[0]?.name.value ?? '']?.type;
    const named = type === undefined ? undefined : getNamedType(type);
    const there = stepInto(others, own.renames.get(key) ?? key, applies);
    const drop = dropAt(schema, { typeName: named?.name, own: { ...own, sets }, others: there });
    return drop === undefined ? [] : [{ key, drop: throughLists(drop) }];
  });
  return { asked, unasked, inner };
}

function throughLists(drop: DropUnasked): (value: unknown) => void {
  return function dropIn(value) {
    if (Array.isArray(value)) for (const item of value) dropIn(item);
    else if (isRecord(value)) drop(value);
  };
}
