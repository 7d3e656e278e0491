/**
 * `@oneOf` is part of GraphQL itself (September 2025, section 3.13.5), so a supergraph need not define it, and those of
 * other composers do not. Apollo's library does not know that yet. Knows nothing else of a supergraph.
 */

import { Kind, parse } from 'graphql';

const NAME = 'oneOf';
const DEFINITION = `directive @${NAME} on INPUT_OBJECT`;

/** The same text where nothing is missing. */
export function withOneOfDefined(supergraphSdl: string): string {
  // Nearly always.
  if (!supergraphSdl.includes(`@${NAME}`)) return supergraphSdl;
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const isDefined = definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === NAME,
  );
  return isDefined ? supergraphSdl : `${supergraphSdl}\n\n${DEFINITION}\n`;
}
