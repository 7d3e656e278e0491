/**
 * Puts each fetch of a plan after those that bring what it sends of its entities or reads of the objects around them
 * (@fromContext): the planner may forget that one waits for another, and what was not fetched yet would be left out as if
 * an entity lacked it. Knows no data.
 */

import type {
  ConditionNode,
  DeferNode,
  FetchNode,
  PlanNode,
  QueryPlan,
  SequenceNode,
  SubscriptionNode,
} from '@apollo/query-planner';
import type { OperationDefinitionNode } from 'graphql';

import { unreachable } from '../base/unreachable.ts';
import { fieldsAwaited, fieldsBrought, isBrought, Known, type TypeNames } from './fetch-fields.ts';
import { fieldBelow, placedFetches } from './placed-fetches.ts';
import { fieldNames, pathSteps } from './typed-paths.ts';

export interface FetchTools {
  /** A fetch's operation, its fragments written out. */
  readonly operationOf: (fetch: FetchNode) => OperationDefinitionNode;
  /** A fetch in parts that need different things; itself alone where all of it needs the same. */
  readonly takeApart: (fetch: FetchNode) => readonly FetchNode[];
  readonly types: TypeNames;
}

/** The plan itself where nothing is too early. Throws where nobody brings what a fetch waits for. */
export function inOrder(plan: QueryPlan, tools: FetchTools): QueryPlan {
  const { node } = plan;
  if (node === undefined) return plan;
  const order = new PlanOrder(tools);
  const ordered =
    node.kind === 'Subscription' ? order.ofEvents(node) : order.settle(node, '', new Known()).node;
  return ordered === node ? plan : { ...plan, node: ordered };
}

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

/** What may be done where what comes first waits for what comes after it. */
interface Freedom {
  /** What comes after it may run before it. */
  readonly overtakes: boolean;
  /** What of it need not wait may be fetched on its own. */
  readonly takesApart: boolean;
}

class PlanOrder {
  readonly #tools: FetchTools;
  readonly #freedom: Freedom;
  /** What is known when a fetch has been made that deferred parts wait for, by its id. */
  readonly #after: Map<string, Known>;
  /** Types that are told by what was overtaken. */
  #untold: ReadonlySet<string> = new Set();

  constructor(
    tools: FetchTools,
    freedom: Freedom = { overtakes: false, takesApart: false },
    after = new Map<string, Known>(),
  ) {
    this.#tools = tools;
    this.#freedom = freedom;
    this.#after = after;
  }

  ofEvents(node: SubscriptionNode): SubscriptionNode {
    const source = this.settle(node.primary, '', new Known());
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
      const next = this.#next(late, path, known);
      if (next.node === undefined) throw planFault(late.problem);
      steps.push(next.node);
      ({ known, late } = next);
    }
    return { node: inOne('Sequence', steps) ?? node, known };
  }

  #next(late: Late, path: string, known: Known): Followed {
    let next = this.#follow(late.node, path, known);
    for (const takesApart of [false, true]) {
      if (next.node !== undefined) break;
      const freer = new PlanOrder(this.#tools, { overtakes: true, takesApart }, this.#after);
      next = freer.#follow(late.node, path, known);
    }
    return next;
  }

  #follow(node: PlanNode, path: string, known: Known): Followed {
    switch (node.kind) {
      case 'Fetch':
        return this.#fetch(node, path, known);
      case 'Flatten': {
        const below = this.#follow(
          node.node,
          fieldNames(pathSteps(node.path)).reduce(fieldBelow, path),
          known,
        );
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
    const awaited = fieldsAwaited(fetch, path, this.#tools.types);
    const type = fieldBelow(path, '__typename');
    const missing =
      this.#untold.has(type) && !known.has(type)
        ? type
        : awaited.find((field) => !isBrought(field, known))?.at;
    if (missing !== undefined && this.#freedom.takesApart) {
      const parts = this.#tools.takeApart(fetch);
      if (parts.length > 1)
        return sideBySide(
          parts.map((part) => this.#fetch(part, path, known)),
          known,
        );
    }
    if (missing !== undefined) {
      const problem = `${fetch.serviceName} is sent ${missing}, which nobody was asked for before`;
      return { node: undefined, known, late: { node: fetch, problem } };
    }
    const found = known.and(this.#brought(fetch, path));
    if (fetch.id !== undefined) this.#after.set(fetch.id, found);
    return { node: fetch, known: found, late: undefined };
  }

  #brought(fetch: FetchNode, path: string): ReadonlySet<string> {
    const { operationOf, types } = this.#tools;
    return fieldsBrought(fetch, operationOf(fetch), path, types);
  }

  #sequence(node: SequenceNode, path: string, before: Known): Followed {
    let known = before;
    const untoldBefore = this.#untold;
    const steps: PlanNode[] = [];
    const late: Late[] = [];
    for (const [index, child] of node.nodes.entries()) {
      const step = this.#follow(child, path, known);
      ({ known } = step);
      if (step.node !== undefined) steps.push(step.node);
      const waiting = step.late;
      if (waiting === undefined) continue;
      late.push(waiting);
      if (this.#freedom.overtakes) {
        this.#untold = new Set([...this.#untold, ...this.#typesToldBy(waiting.node, path)]);
        continue;
      }
      // What comes after it may build on what it brings: a type, or the keys of what it leads to.
      late.push(...node.nodes.slice(index + 1).map((each) => ({ ...waiting, node: each })));
      break;
    }
    this.#untold = untoldBefore;
    const [first] = late;
    if (first === undefined) {
      const isSame = steps.every((each, index) => each === node.nodes[index]);
      return { node: isSame ? node : { ...node, nodes: steps }, known, late: undefined };
    }
    const waiting =
      inOne(
        'Sequence',
        late.map((each) => each.node),
      ) ?? first.node;
    return { node: inOne('Sequence', steps), known, late: { ...first, node: waiting } };
  }

  #typesToldBy(node: PlanNode, path: string): readonly string[] {
    return placedFetches(node).flatMap(({ node: fetch, path: below }) =>
      [...this.#brought(fetch, fieldNames(below).reduce(fieldBelow, path))].filter((field) =>
        field.endsWith('__typename'),
      ),
    );
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

  /** A deferred part begins when the fetches have been made that it waits for, whatever else is on the way then. */
  #defer(node: DeferNode, path: string, before: Known): Followed {
    const settled = <T extends { readonly node?: PlanNode }>(part: T, known: Known): T & Partial<Settled> => {
      if (part.node === undefined) return part;
      const after = this.settle(part.node, path, known);
      return after.node === part.node ? { ...part, known: after.known } : { ...part, ...after };
    };
    const { known = before, ...primary } = settled(node.primary, before);
    const deferred = node.deferred.map((part) => {
      const awaited = part.depends.flatMap(({ id }) => this.#after.get(id) ?? []);
      const { known: _after, ...rest } = settled(part, Known.ofAll([before, ...awaited]));
      return rest;
    });
    const isSame =
      primary.node === node.primary.node &&
      deferred.every((each, index) => each.node === node.deferred[index]?.node);
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
    known: Known.ofAll([before, ...each.map(({ known }) => known)]),
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
