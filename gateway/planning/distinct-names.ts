/**
 * The planner takes subgraphs for one whose names differ only in what no GraphQL name may have, and then refuses
 * operations that need both. Such a supergraph is planned with the names of the enum join__Graph.
 */

import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { subgraphNames } from '../supergraph/join-directives.ts';
import { amendPlan } from './amend-plan.ts';
import { amendJoined } from './joined-fetch.ts';

export interface DistinctNames {
  readonly supergraph: DocumentNode;
  /** The plan with the subgraphs' own names. */
  readonly inOwnNames: (plan: QueryPlan) => QueryPlan;
}

/** The supergraph as it is where the planner can tell all names apart. */
export function distinctNames(supergraph: DocumentNode): DistinctNames {
  const names = subgraphNames(supergraph);
  const seen = new Set([...names.values()].map(asThePlannerSees));
  if (seen.size === names.size) return { supergraph, inOwnNames: (plan) => plan };
  const renamed = visit(supergraph, {
    EnumTypeDefinition: ({ name }) => (name.value === 'join__Graph' ? undefined : false),
    EnumValueDefinition: (value) => ({
      ...value,
      directives: value.directives?.map((each) => named(each, value.name.value)),
    }),
  });
  const rename = (fetch: FetchNode): FetchNode => ({
    ...fetch,
    serviceName: names.get(fetch.serviceName) ?? fetch.serviceName,
  });
  return {
    supergraph: renamed,
    inOwnNames: (plan) => amendPlan(plan, (fetch) => amendJoined(fetch, rename)),
  };
}

function asThePlannerSees(name: string): string {
  const sanitized = name.replaceAll('-', '_').replaceAll(/[^_0-9A-Za-z]/g, '');
  return /^[0-9]/.test(sanitized) ? `_${sanitized}` : sanitized;
}

function named(directive: ConstDirectiveNode, name: string): ConstDirectiveNode {
  if (directive.name.value !== 'join__graph') return directive;
  const { arguments: given = [] } = directive;
  return {
    ...directive,
    arguments: given.map((argument) =>
      argument.name.value === 'name' ? { ...argument, value: { kind: Kind.STRING, value: name } } : argument,
    ),
  };
}
