/**
 * Arguments that come from an object around the field (@context, @fromContext), as the supergraph says them, and what
 * the planner leaves unsaid about them: whose value it is where an object may be of several types. Knows no data.
 */

import type { FetchDataKeyRenamer, FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  isTypeDefinitionNode,
  Kind,
  visit,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
} from 'graphql';

import { textArgument } from '../supergraph/join-directives.ts';
import { amendPlan } from './amend-plan.ts';
import { documentOf } from './fetch-document.ts';
import { placedFetches } from './placed-fetches.ts';
import { planFault } from './plan-order.ts';
import { CONTEXT_VARIABLE } from './taken-names.ts';
import { withValuesApart } from './values-around.ts';

export interface ContextArguments {
  /**
   * `Type.field` of what must be asked of each type by itself: the type sets a context, and one of its interfaces does
   * not, so through the interface the planner would pass over it.
   */
  readonly coordinates: ReadonlySet<string>;
  /** The plan, each fetch with all sources of a value that others at its place read it from. Throws where one has none. */
  readonly withAllSources: (plan: QueryPlan) => QueryPlan;
  /**
   * The fetch with each of its rewrites naming the type whose field it reads, and none of them reading of an entity what
   * is for a field of that entity itself.
   */
  readonly withTypes: (fetch: FetchNode) => FetchNode;
}

export function contextArguments(supergraph: DocumentNode): ContextArguments {
  const setters = settersOf(supergraph);
  if (setters.size === 0)
    return {
      coordinates: new Set(),
      withAllSources: (plan) => plan,
      withTypes: (fetch) => fetch,
    };
  const contexts = contextsOfFields(supergraph);
  return {
    coordinates: passedOver(supergraph, setters),
    withAllSources,
    withTypes: (fetch) =>
      withValuesApart(withTypes(fetch, (field) => settersFor(contexts.get(field) ?? [], setters))),
  };
}

/** The field sets that a directive reads from contexts. */
export function contextSelections(directive: ConstDirectiveNode): readonly string[] {
  return argumentsFromContext(directive).flatMap(({ selection }) => selection ?? []);
}

/** The types that set a context, by its name. */
type Setters = ReadonlyMap<string, readonly string[]>;

function settersOf(supergraph: DocumentNode): Setters {
  const setters = new Map<string, readonly string[]>();
  const name = nameOfContext(supergraph);
  if (name === undefined) return setters;
  for (const node of supergraph.definitions) {
    if (!isTypeDefinitionNode(node)) continue;
    for (const directive of node.directives ?? []) {
      const context = directive.name.value === name ? textArgument(directive, 'name') : undefined;
      if (context !== undefined) setters.set(context, [...(setters.get(context) ?? []), node.name.value]);
    }
  }
  return setters;
}

/** A supergraph may call a directive otherwise where the name is taken. */
function nameOfContext({ definitions }: DocumentNode): string | undefined {
  const schemas = definitions.filter(
    (node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION,
  );
  const links = schemas.flatMap(({ directives = [] }) => directives);
  const link = links.find(
    (each) => textArgument(each, 'url')?.includes('specs.apollo.dev/context/') === true,
  );
  return link === undefined ? undefined : (textArgument(link, 'as') ?? 'context');
}

/** The contexts that a field takes arguments from, by its name and the argument's. */
function contextsOfFields(supergraph: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const contexts = new Map<string, readonly string[]>();
  visit(supergraph, {
    FieldDefinition({ name, directives = [] }) {
      for (const { name: argument, context } of directives.flatMap(argumentsFromContext)) {
        const key = `${name.value}.${argument}`;
        if (context !== undefined) contexts.set(key, [...(contexts.get(key) ?? []), context]);
      }
    },
  });
  return contexts;
}

function argumentsFromContext({ name, arguments: given = [] }: ConstDirectiveNode) {
  if (name.value !== 'join__field') return [];
  const list = given.find((argument) => argument.name.value === 'contextArguments')?.value;
  return list?.kind === Kind.LIST ? list.values.map(entriesOf) : [];
}

function entriesOf(value: ConstValueNode): Readonly<Record<string, string | undefined>> {
  if (value.kind !== Kind.OBJECT) return {};
  const texts = value.fields.flatMap(({ name, value: text }) =>
    text.kind === Kind.STRING ? [[name.value, text.value] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** By name, the types that one must look at to know whether an object sets a context. */
function kinsOf(supergraph: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const kins = new Map<string, readonly string[]>();
  const add = (name: string, kin: readonly string[]) => kins.set(name, [...(kins.get(name) ?? []), ...kin]);
  for (const node of supergraph.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      add(
        node.name.value,
        (node.interfaces ?? []).map(({ name }) => name.value),
      );
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const member of node.types ?? []) add(member.name.value, [node.name.value]);
  }
  return kins;
}

function passedOver(supergraph: DocumentNode, setters: Setters): ReadonlySet<string> {
  const kins = kinsOf(supergraph);
  const coordinates = new Set<string>();
  for (const names of setters.values()) {
    const sets = (name: string) => [name, ...(kins.get(name) ?? [])].some((each) => names.includes(each));
    for (const type of supergraph.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !sets(type.name.value)) continue;
      if ((type.interfaces ?? []).every(({ name }) => sets(name.value))) continue;
      for (const { name } of type.fields ?? []) coordinates.add(`${type.name.value}.${name.value}`);
    }
  }
  return coordinates;
}

/**
 * Where an object may be of several types, the planner has a fetch for those that set the context and one for the
 * others, but both are about all objects at the place.
 */
function withAllSources(plan: QueryPlan): QueryPlan {
  if (plan.node === undefined || plan.node.kind === 'Subscription') return plan;
  const placed = placedFetches(plan.node).map(({ node, path }) => ({ node, place: path.join('.') }));
  const sources = new Map<string, readonly FetchDataKeyRenamer[]>();
  const keyOf = (place: string, name: string) => `${place} ${name}`;
  for (const { node, place } of placed)
    for (const rewrite of node.contextRewrites ?? []) {
      const key = keyOf(place, rewrite.renameKeyTo);
      sources.set(key, distinct([...(sources.get(key) ?? []), rewrite]));
    }
  const places = new Map(placed.map(({ node, place }) => [node, place]));
  return amendPlan(plan, (fetch) => {
    const { contextRewrites = [], variableUsages = [] } = fetch;
    const unread = variableUsages.find(
      (name) =>
        name.startsWith(CONTEXT_VARIABLE) && contextRewrites.every(({ renameKeyTo }) => renameKeyTo !== name),
    );
    if (unread !== undefined)
      throw planFault(`${fetch.serviceName} is sent ${unread}, which is read nowhere`);
    const all = distinct(
      contextRewrites.flatMap(
        ({ renameKeyTo }) => sources.get(keyOf(places.get(fetch) ?? '', renameKeyTo)) ?? [],
      ),
    );
    return all.length === contextRewrites.length ? fetch : { ...fetch, contextRewrites: [...all] };
  });
}

function distinct(rewrites: readonly FetchDataKeyRenamer[]): readonly FetchDataKeyRenamer[] {
  return [...new Map(rewrites.map((each) => [[each.renameKeyTo, ...each.path].join(' '), each])).values()];
}

function settersFor(contexts: readonly string[], setters: Setters): readonly string[] {
  return contexts.flatMap((context) => setters.get(context) ?? []);
}

/** The planner leaves out the type where the entity of the fetch sets the context itself; another may have the field too. */
function withTypes(fetch: FetchNode, settersOfField: (field: string) => readonly string[]): FetchNode {
  const { contextRewrites = [] } = fetch;
  if (contextRewrites.length === 0) return fetch;
  const setters = new Map<string, readonly string[]>();
  visit(documentOf(fetch), {
    Field({ name, arguments: given = [] }) {
      for (const { name: argument, value } of given) {
        if (value.kind !== Kind.VARIABLE || !value.name.value.startsWith(CONTEXT_VARIABLE)) continue;
        const found = settersOfField(`${name.value}.${argument.value}`);
        setters.set(value.name.value, [...new Set([...(setters.get(value.name.value) ?? []), ...found])]);
      }
    },
  });
  const rewrites = contextRewrites.flatMap((rewrite): readonly FetchDataKeyRenamer[] => {
    if (rewrite.path[0] === '..') return [rewrite];
    const names = setters.get(rewrite.renameKeyTo) ?? [];
    return names.map((name) => ({ ...rewrite, path: [`... on ${name}`, ...rewrite.path] }));
  });
  return { ...fetch, contextRewrites: rewrites };
}
