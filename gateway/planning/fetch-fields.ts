/**
 * What a fetch must have from others, and what others have from it: fields of the response, as names joined by dots, and
 * the types of object that they are asked of. Knows no plan.
 */

import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

import { askedThere, fieldBelow } from './placed-fetches.ts';
import type { SubgraphFields } from './subgraph-fields.ts';

export type TypeNames = Pick<SubgraphFields, 'find' | 'isObject' | 'everyMemberOf' | 'membersOf'>;

export interface AwaitedField {
  readonly at: string;
  /** The type of the objects that must have it; undefined: there is no saying. */
  readonly typeName: string | undefined;
}

/** What it sends of its entities, and what it reads of the objects around them. */
export function fieldsAwaited(fetch: FetchNode, path: string, types: TypeNames): readonly AwaitedField[] {
  return [
    ...fieldsSent(fetch.requires ?? [], { at: path, typeName: undefined }, types),
    ...fieldsAround(fetch, path).map((at) => ({ at, typeName: undefined })),
  ];
}

/** As `isBrought` looks them up. */
export function fieldsBrought(
  fetch: FetchNode,
  operation: OperationDefinitionNode,
  path: string,
  types: TypeNames,
): ReadonlySet<string> {
  const found = new Set<string>();
  const renames = renamesOf(fetch.outputRewrites ?? []);
  const typeName = (fetch.requires ?? []).length > 0 ? undefined : ROOTS[operation.operation];
  for (const set of askedThere(fetch, operation))
    addFields(
      set,
      { at: path, types: undefined, typeName },
      { renames, found, types, subgraph: fetch.serviceName },
    );
  return found;
}

/** What is known after several fetches: a plan may have many, so what each has brought is not copied. */
export class Known {
  readonly #brought: readonly ReadonlySet<string>[];

  constructor(brought: readonly ReadonlySet<string>[] = []) {
    this.#brought = brought;
  }

  static ofAll(each: readonly Known[]): Known {
    return new Known([...new Set(each.flatMap((known) => known.#brought))]);
  }

  has(field: string): boolean {
    return this.#brought.some((fields) => fields.has(field));
  }

  and(fields: ReadonlySet<string>): Known {
    return new Known([...this.#brought, fields]);
  }
}

export function isBrought({ at, typeName }: AwaitedField, known: Known): boolean {
  if (typeName === undefined) return known.has(at);
  if (known.has(ofType(at, typeName)) || known.has(ofType(at, ANY))) return true;
  // Nobody is asked it of a type that cannot stand there: whoever gives the object knows fewer types than others.
  const object = at.slice(0, Math.max(0, at.lastIndexOf('.')));
  return known.has(object) && ![typeName, ANY].some((each) => known.has(mayBe(object, each)));
}

/** No name of a type. */
const ANY = '*';

function ofType(at: string, typeName: string): string {
  return `${at} of ${typeName}`;
}

function mayBe(at: string, typeName: string): string {
  return `${at} may be ${typeName}`;
}

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
  object: AwaitedField,
  types: TypeNames,
): readonly AwaitedField[] {
  return selections.flatMap((node): readonly AwaitedField[] => {
    if (node.kind === 'InlineFragment') {
      const { typeCondition } = node;
      // Of an interface, the plan may mean those types alone that it has asked.
      const typeName =
        typeCondition !== undefined && types.isObject(typeCondition) ? typeCondition : undefined;
      return fieldsSent(node.selections, { ...object, typeName }, types);
    }
    if (node.name === '__typename') return [];
    const at = fieldBelow(object.at, node.name);
    const below = fieldsSent(node.selections ?? [], { at, typeName: undefined }, types);
    return [{ ...object, at }, ...below];
  });
}

/** What it reads of the objects above its entities: `..` leads from an object to the one above. */
function fieldsAround(
  { contextRewrites = [], variableUsages = [] }: FetchNode,
  path: string,
): readonly string[] {
  const used = contextRewrites.filter(({ renameKeyTo }) => variableUsages.includes(renameKeyTo));
  return used.map((rewrite) => {
    const levels = rewrite.path.filter((step) => step === '..').length;
    const above = path.split('.').slice(0, levels === 0 ? undefined : -levels);
    const below = rewrite.path.filter((step) => !step.startsWith('..'));
    return [...above, ...below].filter((step) => step !== '').join('.');
  });
}

/** What a supergraph calls them; of others there is no saying what may stand below. */
const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

interface Found {
  readonly subgraph: string;
  readonly renames: ReadonlyMap<string, string>;
  readonly types: TypeNames;
  readonly found: Set<string>;
}

interface AskedObject {
  readonly at: string;
  /** Those that it must be of to be asked; undefined: any. */
  readonly types: readonly string[] | undefined;
  /** As the subgraph knows it; undefined: there is no saying. */
  readonly typeName: string | undefined;
}

/** Under the names that they have when the answer is there: the planner calls a field otherwise for the way only. */
function addFields({ selections }: SelectionSetNode, object: AskedObject, parts: Found): void {
  const { renames, found, types } = parts;
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const members = types.everyMemberOf(node.typeCondition?.name.value ?? '');
      const within = members.filter((each) => object.types?.includes(each) !== false);
      const narrower = node.typeCondition === undefined ? object.types : within;
      const typeName = node.typeCondition?.name.value ?? object.typeName;
      addFields(node.selectionSet, { ...object, types: narrower, typeName }, parts);
    }
    if (node.kind !== Kind.FIELD) continue;
    const { name, alias = name, selectionSet } = node;
    const at = fieldBelow(object.at, renames.get(alias.value) ?? alias.value);
    found.add(at);
    for (const typeName of object.types ?? [ANY]) found.add(ofType(at, typeName));
    if (selectionSet === undefined) continue;
    const below =
      object.typeName === undefined ? undefined : types.find(parts.subgraph, object.typeName, name.value);
    for (const typeName of possibleIn(below?.typeName, parts)) found.add(mayBe(at, typeName));
    addFields(selectionSet, { at, types: undefined, typeName: below?.typeName }, parts);
  }
}

/** The types that an object of the subgraph's may have; an interface that is an object to it says nothing of them. */
function possibleIn(typeName: string | undefined, { subgraph, types }: Found): readonly string[] {
  const members = typeName === undefined ? [] : types.membersOf(subgraph, typeName);
  return members.length > 0 && members.every(types.isObject) ? members : [ANY];
}
