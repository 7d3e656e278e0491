/**
 * What a fetch changes, and whether anything is changed after it: where a change gives null that may not be null, the
 * answer has no data, and nobody would see what the next ones did. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';
import { isNonNullType, Kind, type GraphQLSchema } from 'graphql';

import { documentOf } from '../planning/fetch-document.ts';
import { keyOf } from '../planning/planned-names.ts';
import { fieldsOf } from '../planning/root-changes.ts';
import type { Effect } from '../upstream/lost-answer.ts';
import { effectOf } from './idempotent-fields.ts';
import { getOwn, type Data } from './own-property.ts';

export interface Change {
  readonly effect: Effect;
  /** Under which it answers. */
  readonly keys: readonly string[];
  /** Whether it is the last that is made, after what it gave (GraphQL, 6.4.4: what is left of the selection is not run). */
  readonly isLast: (data: Data | null) => boolean;
}

/** Undefined for a fetch that changes nothing. */
export function changeOf(fetch: FetchNode, schema: GraphQLSchema): Change | undefined {
  if (fetch.operationKind !== 'mutation') return undefined;
  const document = documentOf(fetch);
  const fields = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? fieldsOf(node.selectionSet) : [],
  );
  const types = schema.getMutationType()?.getFields() ?? {};
  const promised = fields.filter(({ name }) => isNonNullType(types[name.value]?.type)).map(keyOf);
  return {
    effect: effectOf(document, schema),
    keys: fields.map(keyOf),
    isLast: (data) => promised.some((key) => data === null || getOwn(data, key) == null),
  };
}
