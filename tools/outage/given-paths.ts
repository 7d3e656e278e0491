/**
 * What an operation still gets while one system is down, by following its plan: a fetch to that system gives nothing,
 * and a fetch for entities is only made where what it needs of them was given. Lists count as one object. Knows no
 * nulls.
 */

import type { PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** Names of places in the response, joined by dots, without the indexes of lists. */
export type GivenPaths = ReadonlySet<string>;

export function pathsGivenWithout(system: string, plan: QueryPlan): GivenPaths {
  const given = new Set<string>();
  if (plan.node !== undefined && plan.node.kind !== 'Subscription') follow(plan.node, [], { system, given });
  return given;
}

interface Following {
  readonly system: string;
  readonly given: Set<string>;
}

function follow(node: PlanNode, at: readonly string[], following: Following): void {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      for (const each of node.nodes) follow(each, at, following);
      return;
    case 'Flatten':
      follow(node.node, [...at, ...node.path.map(String).filter(isName)], following);
      return;
    case 'Condition':
      for (const each of [node.ifClause, node.elseClause])
        if (each !== undefined) follow(each, at, following);
      return;
    case 'Defer':
      for (const each of [node.primary.node, ...node.deferred.map((part) => part.node)])
        if (each !== undefined) follow(each, at, following);
      return;
    case 'Fetch': {
      const { system, given } = following;
      if (node.serviceName === system || !hasAll(node.requires ?? [], at, given)) return;
      addGiven(node.operation, at, given);
      return;
    }
  }
}

/** `@` stands for the items of a list, and `|[...]` for some of the types. */
function isName(part: string): boolean {
  return part !== '@' && !part.startsWith('|');
}

/** Of each fragment: entities of other types do not come into question for it, so one that is whole is enough. */
function hasAll(
  needs: readonly QueryPlanSelectionNode[],
  at: readonly string[],
  given: Set<string>,
): boolean {
  const [fields, fragments] = [
    needs.filter(({ kind }) => kind === 'Field'),
    needs.filter(({ kind }) => kind !== 'Field'),
  ];
  const hasFields = fields.every((need) => {
    if (need.kind !== 'Field') return true;
    const path = [...at, need.name];
    return given.has(path.join('.')) && hasAll(need.selections ?? [], path, given);
  });
  if (!hasFields || fragments.length === 0) return hasFields;
  return fragments.some((need) => need.kind !== 'Field' && hasAll(need.selections, at, given));
}

function addGiven(operation: string, at: readonly string[], given: Set<string>): void {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments = new Map(
    definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  for (const node of definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) addSet(node.selectionSet, at, { fragments, given });
}

interface Adding {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly given: Set<string>;
}

function addSet({ selections }: SelectionSetNode, at: readonly string[], adding: Adding): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) {
      // The entities stand where they were asked for.
      const isEntities = node.name.value === '_entities';
      const path = isEntities ? at : [...at, node.alias?.value ?? node.name.value];
      adding.given.add(path.join('.'));
      if (node.selectionSet !== undefined) addSet(node.selectionSet, path, adding);
      continue;
    }
    const set = node.kind === Kind.INLINE_FRAGMENT ? node : adding.fragments.get(node.name.value);
    if (set !== undefined) addSet(set.selectionSet, at, adding);
  }
}
