/**
 * The part of a document that an operation needs: itself and the fragments that it spreads. What other operations say,
 * also of variables that have the same names, is no matter of it. Knows no schema.
 */

import { Kind, separateOperations, type DocumentNode } from 'graphql';

/** The same where there is no other operation. */
export function ownDocument(document: DocumentNode, operationName: string | undefined): DocumentNode {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length < 2) return document;
  const separate = new Map(Object.entries(separateOperations(document)));
  return separate.get(operationName ?? '') ?? document;
}
