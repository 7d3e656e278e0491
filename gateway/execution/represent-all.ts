/**
 * The entities of one fetch, each asked for once, whatever the number of places where it stands. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { countUses, generate } from './generate-code.ts';
import type { Data } from './own-property.ts';
import { compileRepresenter, type FlatEntity, type Representer } from './representations.ts';

/** For each representation the objects that it stands for, and those that cannot be asked for. */
export interface Represented {
  readonly representations: readonly JsonObject[];
  readonly targets: readonly (readonly Data[])[];
  readonly left: readonly Data[];
}

export type Represent = (entities: readonly Data[]) => Represented;

/** What a look at each entity gives. */
interface Grouped {
  readonly representations: JsonObject[];
  readonly targets: Data[][];
  readonly left: Data[];
  /** As which other fields are known than as another of the same key. */
  readonly unlike: readonly Data[];
}

type GroupEntities = (entities: readonly Data[]) => Grouped;

/** With the one type that they are of, where that is known. */
export function compileRepresent(
  node: FetchNode,
  schema: GraphQLSchema,
): { readonly represent: Represent; readonly typeName: string | undefined } {
  const representer = compileRepresenter(node, schema);
  const { flat, cut } = representer;
  const isInUse = countUses();
  const plain: GroupEntities = (entities) => groupEntities(representer, entities);
  let group: GroupEntities = (entities) => {
    if (isInUse()) group = generateGrouping(representer) ?? plain;
    return plain(entities);
  };
  const represent: Represent = (entities) => {
    const { representations, targets, left, unlike } = group(entities);
    if (unlike.length === 0) return { representations, targets, left };
    const texts = Map.groupBy(unlike, (entity) => JSON.stringify(cut(entity)));
    for (const alike of texts.values()) {
      representations.push(...alike.slice(0, 1).map(cut));
      targets.push(alike);
    }
    return { representations, targets, left };
  };
  return { represent, typeName: flat?.typeName };
}

function groupEntities({ keyOf, isAlike, cut }: Representer, entities: readonly Data[]): Grouped {
  const representations: JsonObject[] = [];
  const targets: Data[][] = [];
  const left: Data[] = [];
  const unlike: Data[] = [];
  const groups = new Map<unknown, Data[]>();
  for (const entity of entities) {
    const key = keyOf(entity);
    const group = groups.get(key);
    if (key === undefined) left.push(entity);
    else if (group === undefined) {
      const alike = [entity];
      groups.set(key, alike);
      representations.push(cut(entity));
      targets.push(alike);
    } else if (isAlike(group[0] ?? entity, entity)) group.push(entity);
    else unlike.push(entity);
  }
  return { representations, targets, left, unlike };
}

/** The same as `groupEntities`, for entities of one type. Undefined where it cannot be generated. */
function generateGrouping({ flat, cut }: Representer): GroupEntities | undefined {
  if (flat === undefined) return undefined;
  // Reason for the cast: the source says what the function takes and gives.
  return generate(sourceFor(flat), { cut }) as GroupEntities | undefined;
}

function sourceFor({ typeName, fields, id }: FlatEntity): string {
  const type = JSON.stringify(typeName);
  const all = fields.map((field, index) => ({
    ...field,
    name: JSON.stringify(field.key),
    local: `v${index}`,
  }));
  const read = all.filter(({ key }) => key !== '__typename');
  const locals = read.map(({ name, local }) => `${local} = entity[${name}]`);
  const isLacking = read.map(({ local, mayBeNull }) =>
    mayBeNull ? `${local} === undefined` : `${local} === undefined || ${local} === null`,
  );
  const isPlain = read.map(({ local }) => `(typeof ${local} !== 'object' || ${local} === null)`);
  const values = all.map(({ key, name, local }) => `${name}: ${key === '__typename' ? type : local}`);
  const isAlike = read.flatMap(({ key, name, local }) =>
    key === id.key ? [] : [`group[0][${name}] === ${local}`],
  );
  return `return (entities) => {
  const representations = [], targets = [], left = [], unlike = [];
  const groups = new Map();
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const ${locals.join(', ')};
    if (entity.__typename !== ${type} || ${isLacking.join(' || ')}) { left.push(entity); continue; }
    const isPlain = ${isPlain.join(' && ')};
    const key = isPlain ? ${all.find(({ key }) => key === id.key)?.local ?? 'entity'} : entity;
    const group = groups.get(key);
    if (group === undefined) {
      const alike = [entity];
      groups.set(key, alike);
      representations.push(isPlain ? { ${values.join(', ')} } : cut(entity));
      targets.push(alike);
    } else if (${['true', ...isAlike].join(' && ')}) group.push(entity);
    else unlike.push(entity);
  }
  return { representations, targets, left, unlike };
};`;
}
