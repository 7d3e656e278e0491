/**
 * Looks whether what a fetch sends of its entities was fetched before it, in the order of the plan; else its fields would
 * be left out as if an entity lacked what they need. Takes a field as fetched whatever type it was asked of. Knows no
 * data.
 */

import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

import { unreachable } from '../base/unreachable.ts';
import { fieldBelow, fieldNames } from './placed-fetches.ts';

/** Each fetch's operation, its fragments written out. */
type Operations = ReadonlyMap<FetchNode, OperationDefinitionNode>;

/** The first of it as a sentence; undefined where there is none. */
export function orderProblem({ node }: QueryPlan, operations: Operations): string | undefined {
  const order = new PlanOrder(operations);
  if (node?.kind === 'Subscription') {
    const known = order.follow(node.primary, '', new Set());
    if (node.rest !== undefined) order.follow(node.rest, '', known);
  } else if (node !== undefined) order.follow(node, '', new Set());
  return order.problem;
}

/** Fields, as names joined by dots. */
type Known = ReadonlySet<string>;

class PlanOrder {
  readonly #operations: Operations;
  problem: string | undefined;

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /** What is known after the node where so much was known before. */
  follow(node: PlanNode, path: string, known: Known): Known {
    switch (node.kind) {
      case 'Fetch':
        return this.#fetch(node, path, known);
      case 'Flatten':
        return this.follow(node.node, fieldNames(node.path).reduce(fieldBelow, path), known);
      case 'Sequence':
        return node.nodes.reduce((before, each) => this.follow(each, path, before), known);
      case 'Parallel':
        return union(node.nodes.map((each) => this.follow(each, path, known)));
      case 'Condition':
        return union([node.ifClause, node.elseClause].map((each) => this.#maybe(each, path, known)));
      case 'Defer': {
        // Which deferred part waits for which is not looked at.
        const first = this.#maybe(node.primary.node, path, known);
        return node.deferred.reduce((before, each) => this.#maybe(each.node, path, before), first);
      }
      default:
        return unreachable(node);
    }
  }

  #maybe(node: PlanNode | undefined, path: string, known: Known): Known {
    return node === undefined ? known : this.follow(node, path, known);
  }

  #fetch(fetch: FetchNode, path: string, known: Known): Known {
    const missing = fieldsSent(fetch.requires ?? [], path).find((field) => !known.has(field));
    if (missing !== undefined)
      this.problem ??= `${fetch.serviceName} is sent ${missing}, which nobody was asked for before`;
    const found = new Set(known);
    const operation = this.#operations.get(fetch);
    if (operation !== undefined) addFields(operation.selectionSet, path, found);
    return found;
  }
}

function union(sets: readonly Known[]): Known {
  return new Set(sets.flatMap((set) => [...set]));
}

function fieldsSent(selections: readonly QueryPlanSelectionNode[], path: string): readonly string[] {
  return selections.flatMap((node): readonly string[] => {
    if (node.kind === 'InlineFragment') return fieldsSent(node.selections, path);
    if (node.name === '__typename') return [];
    const at = fieldBelow(path, node.name);
    return [at, ...fieldsSent(node.selections ?? [], at)];
  });
}

/** Under both names: the planner calls a field otherwise for the way only. */
function addFields({ selections }: SelectionSetNode, path: string, found: Set<string>): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) addFields(node.selectionSet, path, found);
    if (node.kind !== Kind.FIELD) continue;
    const { name, alias = name, selectionSet } = node;
    for (const key of new Set([name.value, alias.value])) {
      const at = key === '_entities' ? path : fieldBelow(path, key);
      found.add(at);
      if (selectionSet !== undefined) addFields(selectionSet, at, found);
    }
  }
}
