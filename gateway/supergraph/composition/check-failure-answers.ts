/**
 * Refuses what an SDL says of failures (`@onFailure`) where it cannot be honoured, at the place where it stands. The
 * gateway would take such a declaration for none. Reads syntax only.
 */

import { Kind, type TypeNode } from 'graphql';
import { declaredAnswers, problemOf, type DeclaredAnswer } from '../failure-answers.ts';
import { keyFieldsByType, type ParsedSubgraph } from './check-owners.ts';
import { placeOfNode, type SchemaProblem } from './schema-problem.ts';

const OPERATIONS = new Map([
  ['Query', 'query'],
  ['Mutation', 'mutation'],
  ['Subscription', 'subscription'],
] as const);

export function checkFailureAnswers(subgraphs: readonly ParsedSubgraph[]): readonly SchemaProblem[] {
  const keys = keyFieldsByType(subgraphs);
  const leaves = leafNames(subgraphs);
  return subgraphs.flatMap(({ file, document }) =>
    declaredAnswers(document).flatMap((declared): readonly SchemaProblem[] => {
      const { type, node } = declared;
      const facts = {
        isRootOf: [...OPERATIONS].find(([name]) => name === type)?.[1],
        keyFields: keys.get(type) ?? new Set<string>(),
        isLeaf: leaves.has(nameOf(node.type)),
      };
      const says = isForeign(declared)
        ? 'is for the owner of the field to say, not for who reads it'
        : problemOf(declared, facts);
      if (says === undefined) return [];
      const coordinate = `${type}.${node.name.value}`;
      const place = placeOfNode(node.name) ?? { file, line: 1, column: 1 };
      return [{ place, coordinate, says: `${coordinate}: @onFailure ${says}.` }];
    }),
  );
}

function isForeign({ node }: DeclaredAnswer): boolean {
  return node.directives?.some(({ name }) => name.value === 'external') === true;
}

function leafNames(subgraphs: readonly ParsedSubgraph[]): ReadonlySet<string> {
  const defined = subgraphs
    .flatMap(({ document }) => document.definitions)
    .filter((node) => node.kind === Kind.SCALAR_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_DEFINITION)
    .map(({ name }) => name.value);
  return new Set(['Boolean', 'Float', 'ID', 'Int', 'String', ...defined]);
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
