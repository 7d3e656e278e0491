/**
 * Puts each fetch of a plan after those that bring what it sends of its entities or reads of the objects around them
 * (@fromContext): the planner may forget that one waits for another, and what was not fetched yet would be left out as if
 * an entity lacked it. Takes a field as fetched whatever type it was asked of. Knows no data.
 */

import type {
  ConditionNode,
  DeferNode,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
  SequenceNode,
  SubscriptionNode,
} from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

import { unreachable } from '../base/unreachable.ts';
import { askedThere, fieldBelow, fieldNames } from './placed-fetches.ts';

/** Each fetch's operation, its fragments written out. */
type Operations = ReadonlyMap<FetchNode, OperationDefinitionNode>;

/** The plan itself where nothing is too early. Throws where nobody brings what a fetch waits for. */
export function inOrder(plan: QueryPlan, operations: Operations): QueryPlan {
  const { node } = plan;
  if (node === undefined) return plan;
  const order = new PlanOrder(operations);
  const ordered =
    node.kind === 'Subscription' ? order.ofEvents(node) : order.settle(node, '', new Set()).node;
  return ordered === node ? plan : { ...plan, node: ordered };
}

/** Fields, as names joined by dots. */
type Known = ReadonlySet<string>;

interface Settled {
  readonly node: PlanNode;
  /** What is known after it. */
  readonly known: Known;
}

interface Followed {
  /** What of it can run where it stands; the node itself where all of it can. */
  readonly node: PlanNode | undefined;
  readonly known: Known;
  readonly late: Late | undefined;
}

/** What must wait, and for what, as a sentence. */
interface Late {
  readonly node: PlanNode;
  readonly problem: string;
}

class PlanOrder {
  readonly #operations: Operations;

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  ofEvents(node: SubscriptionNode): SubscriptionNode {
    const source = this.settle(node.primary, '', new Set());
    if (node.rest === undefined) return node;
    const { node: rest } = this.settle(node.rest, '', source.known);
    return rest === node.rest ? node : { ...node, rest };
  }

  /** What is too early where it stands comes last, as soon as it can. */
  settle(node: PlanNode, path: string, before: Known): Settled {
    const first = this.#follow(node, path, before);
    const steps = first.node === undefined ? [] : [first.node];
    let { known, late } = first;
    while (late !== undefined) {
      const next = this.#follow(late.node, path, known);
      if (next.node === undefined) throw planFault(late.problem);
      steps.push(next.node);
      ({ known, late } = next);
    }
    return { node: inOne('Sequence', steps) ?? node, known };
  }

  #follow(node: PlanNode, path: string, known: Known): Followed {
    switch (node.kind) {
      case 'Fetch':
        return this.#fetch(node, path, known);
      case 'Flatten': {
        const below = this.#follow(node.node, fieldNames(node.path).reduce(fieldBelow, path), known);
        return below.node === node.node
          ? { ...below, node }
          : within(below, (each) => ({ ...node, node: each }));
      }
      case 'Sequence':
        return this.#sequence(node, path, known);
      case 'Parallel': {
        const each = node.nodes.map((child) => this.#follow(child, path, known));
        const isSame = each.every((child, index) => child.node === node.nodes[index]);
        const beside = sideBySide(each, known);
        return isSame ? { ...beside, node } : beside;
      }
      case 'Condition':
        return this.#condition(node, path, known);
      case 'Defer':
        return this.#defer(node, path, known);
      default:
        return unreachable(node);
    }
  }

  #fetch(fetch: FetchNode, path: string, known: Known): Followed {
    const awaited = [...fieldsSent(fetch.requires ?? [], path), ...fieldsAround(fetch, path)];
    const missing = awaited.find((field) => !known.has(field));
    if (missing !== undefined) {
      const problem = `${fetch.serviceName} is sent ${missing}, which nobody was asked for before`;
      return { node: undefined, known, late: { node: fetch, problem } };
    }
    const found = new Set(known);
    const operation = this.#operations.get(fetch);
    for (const set of operation === undefined ? [] : askedThere(fetch, operation))
      addFields(set, path, found);
    return { node: fetch, known: found, late: undefined };
  }

  #sequence(node: SequenceNode, path: string, before: Known): Followed {
    let known = before;
    const steps: PlanNode[] = [];
    for (const [index, child] of node.nodes.entries()) {
      const step = this.#follow(child, path, known);
      ({ known } = step);
      if (step.node !== undefined) steps.push(step.node);
      if (step.late === undefined) continue;
      // What comes after it may build on what it brings: a type, or the keys of what it leads to.
      const nodes = [step.late.node, ...node.nodes.slice(index + 1)];
      const late = { node: inOne('Sequence', nodes) ?? step.late.node, problem: step.late.problem };
      return { node: inOne('Sequence', steps), known, late };
    }
    const isSame = steps.every((each, index) => each === node.nodes[index]);
    return { node: isSame ? node : { ...node, nodes: steps }, known, late: undefined };
  }

  #condition(node: ConditionNode, path: string, known: Known): Followed {
    const { ifClause, elseClause, ...condition } = node;
    const clauses = [
      { clause: ifClause, wrap: (each: PlanNode): ConditionNode => ({ ...condition, ifClause: each }) },
      { clause: elseClause, wrap: (each: PlanNode): ConditionNode => ({ ...condition, elseClause: each }) },
    ];
    const each = clauses.flatMap(({ clause, wrap }) =>
      clause === undefined ? [] : [{ clause, wrap, followed: this.#follow(clause, path, known) }],
    );
    const isSame = each.every(({ clause, followed }) => followed.node === clause);
    const beside = sideBySide(
      each.map(({ followed, wrap }) => within(followed, wrap)),
      known,
    );
    return isSame ? { ...beside, node } : beside;
  }

  /** Which deferred part waits for which is not looked at. */
  #defer(node: DeferNode, path: string, before: Known): Followed {
    let known = before;
    const settled = <T extends { readonly node?: PlanNode }>(part: T): T => {
      if (part.node === undefined) return part;
      const after = this.settle(part.node, path, known);
      ({ known } = after);
      return after.node === part.node ? part : { ...part, node: after.node };
    };
    const primary = settled(node.primary);
    const deferred = node.deferred.map(settled);
    const isSame = primary === node.primary && deferred.every((each, index) => each === node.deferred[index]);
    return { node: isSame ? node : { ...node, primary, deferred }, known, late: undefined };
  }
}

/** With what is around it around each part. */
function within({ node, known, late }: Followed, wrap: (node: PlanNode) => PlanNode): Followed {
  return {
    node: node === undefined ? undefined : wrap(node),
    known,
    late: late === undefined ? undefined : { ...late, node: wrap(late.node) },
  };
}

function sideBySide(each: readonly Followed[], before: Known): Followed {
  const late = each.flatMap((child) => child.late ?? []);
  const [first] = late;
  const waiting = inOne(
    'Parallel',
    late.map(({ node }) => node),
  );
  return {
    node: inOne(
      'Parallel',
      each.flatMap(({ node }) => node ?? []),
    ),
    known: new Set([before, ...each.map(({ known }) => known)].flatMap((known) => [...known])),
    late: first === undefined || waiting === undefined ? undefined : { ...first, node: waiting },
  };
}

function inOne(kind: 'Sequence' | 'Parallel', nodes: readonly PlanNode[]): PlanNode | undefined {
  return nodes.length > 1 ? { kind, nodes: [...nodes] } : nodes[0];
}

/** Why a plan is refused. */
export function planFault(what: string): Error {
  return new Error(`In the plan that was found, ${what}.`);
}

function fieldsSent(selections: readonly QueryPlanSelectionNode[], path: string): readonly string[] {
  return selections.flatMap((node): readonly string[] => {
    if (node.kind === 'InlineFragment') return fieldsSent(node.selections, path);
    if (node.name === '__typename') return [];
    const at = fieldBelow(path, node.name);
    return [at, ...fieldsSent(node.selections ?? [], at)];
  });
}

/** What it reads of the objects above its entities: `..` leads from an object to the one above. */
function fieldsAround(
  { contextRewrites = [], variableUsages = [] }: FetchNode,
  path: string,
): readonly string[] {
  const used = contextRewrites.filter(({ renameKeyTo }) => variableUsages.includes(renameKeyTo));
  return used.map((rewrite) => {
    const levels = rewrite.path.filter((step) => step === '..').length;
    const above = path.split('.').slice(0, levels === 0 ? undefined : -levels);
    const below = rewrite.path.filter((step) => !step.startsWith('..'));
    return [...above, ...below].filter((step) => step !== '').join('.');
  });
}

/** Under both names: the planner calls a field otherwise for the way only. */
function addFields({ selections }: SelectionSetNode, path: string, found: Set<string>): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) addFields(node.selectionSet, path, found);
    if (node.kind !== Kind.FIELD) continue;
    const { name, alias = name, selectionSet } = node;
    for (const key of new Set([name.value, alias.value])) {
      const at = fieldBelow(path, key);
      found.add(at);
      if (selectionSet !== undefined) addFields(selectionSet, at, found);
    }
  }
}
