/**
 * The planner's rewrites of data before it is sent and after it came: a value set (the type name of an
 * @interfaceObject), a key renamed (two fields that needed one name). Works in place; knows no transport.
 */

import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

import { isRecord } from '../base/is-record.ts';
import { FRAGMENT } from '../planning/typed-paths.ts';
import { MOST_LISTS } from './gather-entities.ts';
import { mergeField } from './merge-data.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';
import { possibleNames } from './possible-names.ts';
import { isRootType } from './root-types.ts';

/** What is sent; a key that is renamed takes the place of what has that name. */
export function rewriteInput(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[],
  value: unknown,
): void {
  for (const rewrite of rewrites) applyRewrite(schema, rewrite, value, setOwn);
}

/**
 * What came. One object may have been asked for the same field under two names, of its own type and of an interface
 * where that says less of it; then both belong together. A list where there is none, or none where there is one, is what
 * nobody asked this object for.
 */
export function rewriteOutput(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[],
  value: unknown,
): void {
  for (const rewrite of rewrites)
    applyRewrite(schema, rewrite, value, (object, key, given) => {
      const isAlike = Array.isArray(getOwn(object, key)) === Array.isArray(given);
      if (isAlike || given === null) mergeField(object, key, { given, interfaces: NO_NAMES });
      else setOwn(object, key, given);
    });
}

const NO_NAMES: ReadonlySet<string> = new Set();

type Put = (object: Data, key: string, value: unknown) => void;

function applyRewrite(schema: GraphQLSchema, rewrite: FetchDataRewrite, value: unknown, put: Put): void {
  const key = rewrite.path.at(-1);
  if (key === undefined) return;
  rewriteAt(schema, rewrite.path.slice(0, -1), value, (object) => {
    if (rewrite.kind === 'ValueSetter') setOwn(object, key, rewrite.setValueTo);
    else if (Object.hasOwn(object, key)) {
      const given = object[key];
      Reflect.deleteProperty(object, key);
      put(object, rewrite.renameKeyTo, given);
    }
  });
}

function rewriteAt(
  schema: GraphQLSchema,
  path: readonly string[],
  value: unknown,
  rewrite: (object: Data) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value.flat(MOST_LISTS)) if (isRecord(item)) rewriteAt(schema, path, item, rewrite);
    return;
  }
  if (!isRecord(value)) return;
  const [head, ...rest] = path;
  if (head === undefined) rewrite(value);
  else if (!head.startsWith(FRAGMENT)) rewriteAt(schema, rest, getOwn(value, head), rewrite);
  else if (mayBe(schema, value, head.slice(FRAGMENT.length))) rewriteAt(schema, rest, value, rewrite);
}

/** An object that does not say its type may be of any; of a root type it may have a name that nobody else knows. */
export function mayBe(schema: GraphQLSchema, value: Data, condition: string): boolean {
  const typeName = getOwn(value, '__typename');
  if (typeof typeName !== 'string' || possibleNames(schema, condition).has(typeName)) return true;
  return isRootType(schema, schema.getType(condition)) && schema.getType(typeName) === undefined;
}
