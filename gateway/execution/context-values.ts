/**
 * What a fetch reads of the objects around its entities (@fromContext): entities that get the same values go together.
 * Of several objects around an entity the nearest counts. Knows neither transport nor plan.
 */

import type { FetchNode } from '@apollo/query-planner';
import { typeFromAST, visit, type GraphQLOutputType, type GraphQLSchema, type NamedTypeNode } from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { documentOf } from '../planning/fetch-document.ts';
import { FRAGMENT } from '../planning/typed-paths.ts';
import { visitEntities } from './gather-entities.ts';
import { fitsType } from './leaf-values.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';
import { mayBe } from './rewrites.ts';

export interface EntitiesInContext {
  readonly entities: Data[];
  /** By the names of the fetch's variables. */
  readonly values: JsonObject;
  /** The names of those that are missing. */
  readonly lacking: readonly string[];
}

export interface GatheredInContext {
  /** By the values as text. */
  readonly groups: ReadonlyMap<string, EntitiesInContext>;
  readonly missing: readonly MissingValue[];
}

/** A value that is not there, and where it should be. */
export interface MissingValue {
  readonly entity: Data;
  readonly name: string;
  readonly source: Source;
}

export interface ContextReader {
  /** Of the fetch's variables those that stand for contexts. */
  readonly names: ReadonlySet<string>;
  readonly gather: (root: Data, path: readonly string[]) => GatheredInContext;
}

/** Undefined for a fetch that reads nothing around its entities. */
export function compileContext(fetch: FetchNode, schema: GraphQLSchema): ContextReader | undefined {
  const { contextRewrites = [], variableUsages = [] } = fetch;
  const used = contextRewrites.filter(({ renameKeyTo }) => variableUsages.includes(renameKeyTo));
  if (used.length === 0) return undefined;
  const types = variableTypes(fetch, schema);
  const variables = [...Map.groupBy(used, ({ renameKeyTo }) => renameKeyTo)].map(([name, rewrites]) => ({
    name,
    type: types.get(name),
    sources: rewrites.map(({ path }) => sourceOf(path)).sort((one, other) => one.levels - other.levels),
  }));
  return {
    names: new Set(variables.map(({ name }) => name)),
    gather(root, path) {
      const groups = new Map<string, EntitiesInContext>();
      const missing: MissingValue[] = [];
      visitEntities(root, path, (entity, above) => {
        const read = readAll(variables, schema, [...above, entity]);
        if (read === undefined) return;
        const { values, absent } = read;
        missing.push(...absent.map((each) => ({ ...each, entity })));
        const lacking = absent.map(({ name }) => name);
        const key = JSON.stringify(lacking.length === 0 ? values : [values, lacking]);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { entities: [entity], values, lacking });
        else group.entities.push(entity);
      });
      return { groups, missing };
    },
  };
}

function variableTypes(
  fetch: FetchNode,
  schema: GraphQLSchema,
): ReadonlyMap<string, GraphQLOutputType | undefined> {
  const types = new Map<string, GraphQLOutputType | undefined>();
  visit(documentOf(fetch), {
    VariableDefinition({ variable, type }) {
      // Reason for the cast: what is no input type is left alone by whoever looks at values.
      types.set(
        variable.name.value,
        typeFromAST(schema, type as NamedTypeNode) as GraphQLOutputType | undefined,
      );
    },
  });
  return types;
}

interface ContextVariable {
  readonly name: string;
  readonly type: GraphQLOutputType | undefined;
  /** The nearest first. */
  readonly sources: readonly Source[];
}

/** Where a value stands: in the object that many levels above the entity; the path has the type conditions on it. */
export interface Source {
  readonly levels: number;
  readonly path: readonly string[];
}

function sourceOf(path: readonly string[]): Source {
  const levels = path.findIndex((step) => step !== '..');
  return { levels, path: path.slice(levels) };
}

/** The object is of another type. */
const ELSEWHERE = Symbol('elsewhere');

interface Read {
  readonly values: JsonObject;
  readonly absent: readonly Omit<MissingValue, 'entity'>[];
}

/** Undefined where the fetch asks nothing of an entity at this place. */
function readAll(
  variables: readonly ContextVariable[],
  schema: GraphQLSchema,
  objects: readonly Data[],
): Read | undefined {
  const values: Data = {};
  const absent: Omit<MissingValue, 'entity'>[] = [];
  let isAsked = false;
  for (const { name, type, sources } of variables) {
    const found = nearest(sources, schema, objects);
    if (found !== undefined) isAsked = true;
    // What is not around this entity is for a field that is asked only of others; composition lets no such argument
    // require a value.
    if (found !== undefined && !isValue(found.value, type)) absent.push({ name, source: found.source });
    else setOwn(values, name, found?.value ?? null);
  }
  return isAsked ? { values, absent } : undefined;
}

/** Not what is missing, or of another type than the argument. */
function isValue(value: unknown, type: GraphQLOutputType | undefined): boolean {
  return value !== undefined && (type === undefined || value === null || fitsType(value, type));
}

/** The objects end with the entity. Undefined where none of them is of the type that sets the context. */
function nearest(sources: readonly Source[], schema: GraphQLSchema, objects: readonly Data[]) {
  for (const source of sources) {
    const value = valueAt(objects.at(-1 - source.levels), source.path, schema);
    if (value !== ELSEWHERE) return { source, value };
  }
  return undefined;
}

/** Undefined where it is missing. */
function valueAt(value: unknown, [step, ...further]: readonly string[], schema: GraphQLSchema): unknown {
  if (step === undefined || value === null || value === undefined) return value;
  if (Array.isArray(value)) return valuesAt(value, [step, ...further], schema);
  if (!isRecord(value)) return undefined;
  if (!step.startsWith(FRAGMENT)) return valueAt(getOwn(value, step), further, schema);
  return mayBe(schema, value, step.slice(FRAGMENT.length)) ? valueAt(value, further, schema) : ELSEWHERE;
}

function valuesAt(list: readonly unknown[], path: readonly string[], schema: GraphQLSchema): unknown {
  const values = list.map((item) => valueAt(item, path, schema));
  return values.includes(undefined) ? undefined : values;
}
