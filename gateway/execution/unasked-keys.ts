/**
 * Keeps what a subgraph was not asked for from passing as another's answer: a key that some other fetch writes at the
 * same place is taken out of what this one gave. A key that nobody asks for stays; nobody reads it. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { isRecord } from '../base/is-record.ts';
import { documentOf } from '../planning/fetch-document.ts';
import { renamesOf } from '../planning/fetch-fields.ts';
import type { PlacedFetch } from '../planning/placed-fetches.ts';
import { fieldNames } from '../planning/typed-paths.ts';
import { couldBe } from './check-shape.ts';
import { generate, generatedInUse, readCode } from './generate-code.ts';
import { MOST_LISTS } from './gather-entities.ts';
import { getOwn, type Data } from './own-property.ts';
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
  readonly node: FetchNode;
  readonly selection: Selection;
  readonly sets: readonly SelectionSetNode[];
  /** The keys that it renames when they have come, and to what. */
  readonly renames: ReadonlyMap<string, string>;
}

/** What fetches write at a place and below it. */
interface Writers {
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
  return { node, path: fieldNames(path), asked: askedBy(node) };
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
  const { here, below } = writersAt(all, ask.path);
  const isOther = (asked: Asked) => asked.node !== node;
  const others = { here: here.filter(isOther), below: below.filter(({ asked }) => isOther(asked)) };
  return { own: ask.asked, others };
}

function isOfEntities({ requires = [] }: FetchNode): boolean {
  return requires.length > 0;
}

function askedBy(node: FetchNode): Asked {
  const selection = selectionOf(documentOf(node), node.operationName, {});
  const sets = isOfEntities(node) ? entitySets(selection) : [selection.root];
  return { node, selection, sets, renames: renamesOf(node.outputRewrites ?? []) };
}

const always = () => true;

/** A place in the response of a plan: many fetches have the same on their way. */
class Place {
  readonly writers: Writers;
  readonly #below = new Map<string, Place>();
  #step: Step | undefined;

  constructor(writers: Writers) {
    this.writers = writers;
  }

  at(key: string): Place {
    const step = (this.#step ??= stepsFrom(this.writers, always));
    const place = this.#below.get(key) ?? new Place(step(key));
    this.#below.set(key, place);
    return place;
  }
}

const roots = new WeakMap<readonly PlacedAsk[], Place>();

/** `steps` are keys from the root of the response on. */
function writersAt(all: readonly PlacedAsk[], steps: readonly string[]): Writers {
  const root = roots.get(all) ?? new Place(arrived(all));
  roots.set(all, root);
  return steps.reduce((place, key) => place.at(key), root).writers;
}

/** From the writers of an object to those of what stands under a key of it. */
type Step = (key: string) => Writers;

function stepsFrom({ here, below }: Writers, applies: Applies): Step {
  const byKey = Map.groupBy(
    here.flatMap((asked) => askedBelow(asked, applies)),
    ({ key }) => key,
  );
  const byNext = Map.groupBy(below, ({ path: [next] }) => next);
  return (key) => {
    const deeper = (byKey.get(key) ?? []).map(({ asked }) => asked);
    const others = arrived(
      (byNext.get(key) ?? []).map(({ path, asked }) => ({ path: path.slice(1), asked })),
    );
    return { here: [...deeper, ...others.here], below: others.below };
  };
}

function arrived(asks: Writers['below']): Writers {
  const here = asks.filter(({ path }) => path.length === 0).map(({ asked }) => asked);
  return { here, below: asks.filter(({ path }) => path.length > 0) };
}

/** By the names that fields have in the response. */
function fieldsByFinalKey(asked: Asked, applies: Applies): ReadonlyMap<string, readonly FieldNode[]> {
  const all = fieldsOf(asked.selection, asked.sets, applies);
  if (asked.renames.size === 0) return all;
  const fields = new Map<string, readonly FieldNode[]>();
  for (const [key, nodes] of all) {
    const final = asked.renames.get(key) ?? key;
    fields.set(final, [...(fields.get(final) ?? []), ...nodes]);
  }
  return fields;
}

function askedBelow(asked: Asked, applies: Applies): readonly { key: string; asked: Asked }[] {
  return [...fieldsByFinalKey(asked, applies)].flatMap(([key, nodes]) => {
    const sets = setsBelow(nodes);
    return sets.length === 0 ? [] : [{ key, asked: { ...asked, sets } }];
  });
}

interface PlaceParts {
  /** Of the place; undefined for entities, which may be of several. */
  readonly typeName: string | undefined;
  readonly own: Asked;
  readonly others: Writers;
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

/** For fewer objects code costs more than it saves. */
const OBJECTS_WORTH_CODE = 200;

/** Of objects of one type; its name is empty for those of which nobody knows it. */
function dropOf(schema: GraphQLSchema, parts: PlaceParts, typeName: string): DropUnasked {
  const { unasked, inner } = keysAt(schema, parts, typeName);
  const plain: DropUnasked = (object) => {
    for (const key of unasked) if (object[key] !== undefined) Reflect.deleteProperty(object, key);
    for (const { key, drop } of inner) drop(getOwn(object, key));
  };
  const make = () => {
    const drops = inner.map(({ drop }) => drop);
    const source = sourceFor(
      unasked,
      inner.map(({ key }) => key),
    );
    // Reason for the cast: the source says what the function takes and gives.
    return generate(source, { drops, deleteProperty: Reflect.deleteProperty }) as DropUnasked | undefined;
  };
  return generatedInUse(plain, make, plain, OBJECTS_WORTH_CODE);
}

/** The same; sees `drops` and `deleteProperty`. */
function sourceFor(unasked: readonly string[], inner: readonly string[]): string {
  const deletions = unasked.map(
    (key) => `if (${readCode('object', key)} !== undefined) deleteProperty(object, ${JSON.stringify(key)});`,
  );
  const drops = inner.map((key, index) => `drops[${index}](${readCode('object', key)});`);
  return `return (object) => { ${[...deletions, ...drops].join('\n')} };`;
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
  let step: Step | undefined;
  const inner = [...asked].flatMap(([key, nodes]) => {
    const sets = setsBelow(nodes);
    if (sets.length === 0) return [];
    const type = definitions[nodes[0]?.name.value ?? '']?.type;
    const named = type === undefined ? undefined : getNamedType(type);
    const there = (step ??= stepsFrom(others, applies))(own.renames.get(key) ?? key);
    const drop = dropAt(schema, { typeName: named?.name, own: { ...own, sets }, others: there });
    return drop === undefined ? [] : [{ key, drop: throughLists(drop) }];
  });
  return { asked, unasked, inner };
}

function throughLists(drop: DropUnasked): (value: unknown) => void {
  const dropIn = (value: unknown, within: number) => {
    if (!Array.isArray(value)) {
      if (isRecord(value)) drop(value);
    } else if (within < MOST_LISTS) for (const item of value) dropIn(item, within + 1);
  };
  return (value) => dropIn(value, 0);
}
