/**
 * The entities of one fetch, each asked for once, whatever the number of places where it stands. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { generate, generatedInUse } from './generate-code.ts';
import { fitsType, misfitCode } from './leaf-values.ts';
import type { Data } from './own-property.ts';
import { compileRepresenter, type FlatEntity, type Representer } from './representations.ts';

/** For each representation the objects that it stands for, and those that cannot be asked for. */
export interface Represented {
  readonly representations: readonly JsonObject[];
  readonly targets: readonly (readonly Data[])[];
  readonly left: readonly Data[];
}

export type Represent = (entities: readonly Data[]) => Represented;

/** With the one type that they are of, where that is known. */
export function compileRepresent(
  node: FetchNode,
  schema: GraphQLSchema,
): { readonly represent: Represent; readonly typeName: string | undefined } {
  const { cut, flat } = compileRepresenter(node, schema);
  if (flat === undefined) return { represent: (entities) => groupByText(cut, entities), typeName: undefined };
  const group = generatedInUse<[readonly Data[]], Grouped>(
    (entities) => groupByFields(flat, cut, entities),
    () => {
      const made = generate(sourceFor(flat), { fits: fitsOf(flat) });
      // Reason for the cast: the source says what the function takes and gives.
      return made as ((entities: readonly Data[]) => Grouped) | undefined;
    },
  );
  const represent: Represent = (entities) => {
    const { representations, targets, left, unlike } = group(entities);
    if (unlike.length === 0) return { representations, targets, left };
    const others = groupByText(cut, unlike);
    return {
      representations: [...representations, ...others.representations],
      targets: [...targets, ...others.targets],
      left: [...left, ...others.left],
    };
  };
  return { represent, typeName: flat.typeName };
}

/** Those with the same representation are one. */
function groupByText(cut: Representer['cut'], entities: readonly Data[]): Represented {
  const representations: JsonObject[] = [];
  const targets: Data[][] = [];
  const left: Data[] = [];
  const groups = new Map<string, Data[]>();
  for (const entity of entities) {
    const representation = cut(entity);
    const text = JSON.stringify(representation);
    const group = groups.get(text);
    if (representation === undefined) left.push(entity);
    else if (group !== undefined) group.push(entity);
    else {
      const alike = [entity];
      groups.set(text, alike);
      representations.push(representation);
      targets.push(alike);
    }
  }
  return { representations, targets, left };
}

interface Grouped extends Represented {
  /** Of which other fields are known than of another of the same key, or with a value that its text alone tells apart. */
  readonly unlike: readonly Data[];
}

/** Most entities of a fetch are of one type, and many places show the same ones: told apart without being printed. */
function groupByFields(flat: FlatEntity, cut: Representer['cut'], entities: readonly Data[]): Grouped {
  const others = flat.fields.filter(({ key }) => key !== flat.id.key);
  const representations: JsonObject[] = [];
  const targets: Data[][] = [];
  const left: Data[] = [];
  const unlike: Data[] = [];
  const groups = new Map<unknown, Data[]>();
  for (const entity of entities) {
    const key = keyOf(flat, entity);
    if (key === NESTED) {
      unlike.push(entity);
      continue;
    }
    const group = groups.get(key);
    const representation = key === undefined || group !== undefined ? undefined : cut(entity);
    if (group === undefined && representation === undefined) left.push(entity);
    else if (group === undefined) {
      const alike = [entity];
      groups.set(key, alike);
      representations.push(representation ?? {});
      targets.push(alike);
    } else if (others.every((field) => group[0]?.[field.key] === entity[field.key])) group.push(entity);
    else unlike.push(entity);
  }
  return { representations, targets, left, unlike };
}

/** A value that is an object or a list, or a number as it was written; they are seldom. */
const NESTED = Symbol('nested');

/** Undefined where it has no representation. */
function keyOf({ typeName, fields, id }: FlatEntity, entity: Data): unknown {
  if (entity['__typename'] !== typeName) return undefined;
  let isPlain = true;
  for (const { key, mayBeNull } of fields) {
    const value = entity[key];
    if (value === undefined || (value === null && !mayBeNull)) return undefined;
    if (typeof value === 'object' && value !== null) isPlain = false;
  }
  return isPlain ? entity[id.key] : NESTED;
}

function fitsOf({ fields }: FlatEntity): readonly ((value: unknown) => boolean)[] {
  return fields.map(
    ({ type }) =>
      (value) =>
        type === undefined || fitsType(value, type),
  );
}

/** The same as `groupByFields`; sees `fits`. */
function sourceFor({ typeName, fields, id }: FlatEntity): string {
  const type = JSON.stringify(typeName);
  const read = fields.map((field, index) => ({
    ...field,
    name: JSON.stringify(field.key),
    local: `v${index}`,
  }));
  const isLacking = read.map(({ local, mayBeNull }) =>
    mayBeNull ? `${local} === undefined` : `${local} === undefined || ${local} === null`,
  );
  const isMisfit = read.map(({ type, local }, index) => misfitCode(type, local, `!fits[${index}](${local})`));
  const isNested = read.map(({ local }) => `typeof ${local} === 'object' && ${local} !== null`);
  const others = read.filter(({ key }) => key !== id.key);
  const isAlike = others.map(({ name, local }) => `group[0][${name}] === ${local}`);
  return `return (entities) => {
  const representations = [], targets = [], left = [], unlike = [];
  const groups = new Map();
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const ${read.map(({ name, local }) => `${local} = entity[${name}]`).join(', ')};
    if (entity.__typename !== ${type} || ${[...isLacking, ...isMisfit].join(' || ')}) { left.push(entity); continue; }
    if (${isNested.join(' || ')}) { unlike.push(entity); continue; }
    const key = entity[${JSON.stringify(id.key)}];
    const group = groups.get(key);
    if (group === undefined) {
      const alike = [entity];
      groups.set(key, alike);
      representations.push({ __typename: ${type}, ${read.map(({ name, local }) => `${name}: ${local}`).join(', ')} });
      targets.push(alike);
    } else if (${['true', ...isAlike].join(' && ')}) group.push(entity);
    else unlike.push(entity);
  }
  return { representations, targets, left, unlike };
};`;
}
