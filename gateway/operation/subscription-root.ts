/**
 * The source of a subscription's events must be known before any variable is (GraphQL, September 2025, 5.2.4.1 Single Root
 * Field). graphql-js 16 does not refuse a condition there but breaks on it. Knows no schema.
 */

import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import { fragmentsOf } from './measure-document.ts';

/** Throws GRAPHQL_VALIDATION_FAILED. */
export function refuseConditionalSources(document: DocumentNode): void {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();

  const isConditional = ({ selections }: SelectionSetNode): boolean =>
    selections.some((node) => dependsOnVariable(node) || isConditionalBelow(node));

  function isConditionalBelow(node: SelectionNode): boolean {
    if (node.kind === Kind.FIELD) return false;
    if (node.kind === Kind.INLINE_FRAGMENT) return isConditional(node.selectionSet);
    const fragment = fragments.get(node.name.value);
    if (fragment === undefined || seen.has(fragment.name.value)) return false;
    seen.add(fragment.name.value);
    return isConditional(fragment.selectionSet);
  }

  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION || node.operation !== OperationTypeNode.SUBSCRIPTION)
      continue;
    if (!isConditional(node.selectionSet)) continue;
    const reason = '@skip and @include of a variable cannot be used on the root of a subscription.';
    throw new GatewayError('GRAPHQL_VALIDATION_FAILED', { reason });
  }
}

function dependsOnVariable({ directives = [] }: SelectionNode): boolean {
  return directives.some(
    ({ name, arguments: given = [] }) =>
      (name.value === 'skip' || name.value === 'include') &&
      given.some(({ value }) => value.kind === Kind.VARIABLE),
  );
}
