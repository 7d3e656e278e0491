/**
 * Finds what the planner gets wrong without a word: two fields that need the same field of one object with different
 * arguments (@requires). It fetches one of them and gives that to both. Knows no data.
 */

import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import { neededArguments } from './needed-arguments.ts';

/** What is given throws where a field would get what another one needs. */
export function createConflictCheck(supergraph: DocumentNode): (plan: QueryPlan) => void {
  const needed = neededArguments(supergraph);
  if (needed.size === 0) return () => undefined;
  return ({ node }) => {
    const asked = new Map<string, string>();
    if (node === undefined || node.kind === 'Subscription') return;
    for (const { fetch, path } of entityFetches(node, [])) {
      const fields = entityFields(fetch).flatMap(
        (field) => needed.get(`${fetch.serviceName} ${field}`) ?? [],
      );
      for (const field of fields) {
        const place = [...path, ...field.path].join(' ');
        const known = asked.get(place) ?? field.text;
        if (known !== field.text) throw conflict(known, field.text);
        asked.set(place, field.text);
      }
    }
  };
}

function conflict(one: string, other: string): GatewayError {
  const because = `the operation needs both ${one} and ${other} of the same object (@requires)`;
  return new GatewayError('INTERNAL', {}, new Error(because));
}

interface EntityFetch {
  readonly fetch: FetchNode;
  readonly path: readonly string[];
}

function entityFetches(node: PlanNode | undefined, path: readonly string[]): readonly EntityFetch[] {
  switch (node?.kind) {
    case 'Fetch':
      return node.requires === undefined ? [] : [{ fetch: node, path }];
    case 'Flatten':
      return entityFetches(node.node, [...path, ...node.path.map(String)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((each) => entityFetches(each, path));
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((each) => entityFetches(each, path));
    case 'Defer':
    case undefined:
      return [];
  }
}

/** `Type.field` of everything that a fetch asks of its entities. */
function entityFields({ operation }: FetchNode): readonly string[] {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  return definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .flatMap(({ selectionSet }) => selectionSet.selections)
    .flatMap((entities) => (entities.kind === Kind.FIELD ? fieldsOn('', entities.selectionSet, byName) : []));
}

function fieldsOn(
  typeName: string,
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly string[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (node.kind === Kind.FIELD) return [`${typeName}.${node.name.value}`];
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return fieldsOn(fragment?.typeCondition?.name.value ?? typeName, fragment?.selectionSet, fragments);
  });
}
