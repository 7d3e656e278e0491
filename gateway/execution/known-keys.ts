/**
 * What is known of an entity of which its owner gives nothing: the fields of the representation that it was asked by,
 * also under the names that the fetch gives them. A plan asks for them again where it plans a part of the answer by
 * itself. Knows no transport.
 */

import type { FetchNode } from '@apollo/query-planner';
import type { FieldNode, GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { documentOf } from '../planning/fetch-document.ts';
import { couldBe } from './check-shape.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';
import { entitySets, fieldsOf, selectionOf } from './selection.ts';

/** By response key, of the fields of one object. */
export function knownFields(
  fields: ReadonlyMap<string, readonly FieldNode[]>,
  representation: JsonObject,
): ReadonlyMap<string, unknown> {
  const known = new Map<string, unknown>();
  for (const [key, [field]] of fields) {
    const { name, selectionSet, arguments: given = [] } = field ?? {};
    if (name === undefined || selectionSet !== undefined || given.length > 0) continue;
    if (Object.hasOwn(representation, name.value)) known.set(key, representation[name.value]);
  }
  return known;
}

export interface UnansweredEntity {
  /** As it was sent. */
  readonly representation: JsonObject;
  readonly targets: readonly Data[];
}

/** Fills in place what is missing. */
export function fillKnown(
  node: FetchNode,
  schema: GraphQLSchema,
  entities: readonly UnansweredEntity[],
): void {
  const selection = selectionOf(documentOf(node), node.operationName, {});
  const sets = entitySets(selection);
  for (const { representation, targets } of entities) {
    const typeName = String(representation['__typename']);
    const known = knownFields(
      fieldsOf(selection, sets, (condition) => couldBe(schema, typeName, condition)),
      representation,
    );
    for (const target of targets) {
      for (const [key, value] of known) setMissing(target, key, value);
    }
  }
}

function setMissing(target: Data, key: string, value: unknown): void {
  if (getOwn(target, key) === undefined) setOwn(target, key, value);
}
