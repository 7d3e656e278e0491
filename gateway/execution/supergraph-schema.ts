/**
 * The whole supergraph as a graphql-js schema, with what clients cannot see. Knows no plan and no request.
 */

import { buildASTSchema, type DocumentNode, type GraphQLSchema } from 'graphql';

import { unusableSupergraph } from './unusable-supergraph.ts';

/** Throws SupergraphRefused where a type is named that there is not. */
export function supergraphSchema({ document, file }: SupergraphText): GraphQLSchema {
  try {
    return buildASTSchema(document, { assumeValid: true });
  } catch (error) {
    throw unusableSupergraph(file, error);
  }
}

interface SupergraphText {
  readonly file: string;
  readonly document: DocumentNode;
}
