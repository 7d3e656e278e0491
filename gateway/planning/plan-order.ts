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
import {
  fieldsAwaited,
  fieldsBrought,
  isBrought,
  Known,
  placeBelow,
  ROOT,
  type Bringing,
  type Brought,
  type Place,
  type TypeNames,
} from './fetch-fields.ts';
import { inOne, sideBySide, within, type Followed, type Late } from './followed.ts';
import { fieldBelow, placedFetches } from './placed-fetches.ts';
import { pathSteps } from './typed-paths.ts';

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
    node.kind === 'Subscription' ? order.ofEvents(node) : order.settle(node, ROOT, new Known()).node;
  return ordered === node ? plan : { ...plan, node: ordered };
}

interface Settled {
  readonly node: PlanNode;
  /** What is known after it. */
  readonly known: Known;
}

/** What may be done where what comes first waits for what comes after it. */
interface Freedom extends Bringing {
  /** What comes after it may run before it. */
  readonly overtakes: boolean;
  /** What of it need not wait may be fetched on its own. */
  readonly takesApart: boolean;
}

const NONE: Freedom = { overtakes: false, takesApart: false, isNear: false, looksAt: 'possible' };
const ALL: Freedom = { overtakes: true, takesApart: true, isNear: true, looksAt: 'common' };

/** One after the other is tried. */
const FREEDOMS: readonly Freedom[] = [
  NONE,
  { ...NONE, overtakes: true },
  { ...NONE, overtakes: true, takesApart: true },
  { ...NONE, isNear: true },
  { ...NONE, isNear: true, overtakes: true },
  { ...ALL, looksAt: 'possible' },
  ALL,
];

class PlanOrder {
  readonly #tools: FetchTools;
  readonly #freedom: Freedom;
  /** What is known when a fetch has been made that deferred parts wait for, by its id. */
  readonly #after: Map<string, Known>;
  /** Types that are told by what was overtaken. */
  #untold: ReadonlySet<string> = new Set();

  constructor(tools: FetchTools, freedom = NONE, after = new Map<string, Known>()) {
    this.#tools = tools;
    this.#freedom = freedom;
    this.#after = after;
  }

  ofEvents(node: SubscriptionNode): SubscriptionNode {
    const source = this.settle(node.primary, ROOT, new Known());
    if (node.rest === undefined) return node;
    const { node: rest } = this.settle(node.rest, ROOT, source.known);
    return rest === node.rest ? node : { ...node, rest };
  }

  /** What is too early where it stands comes last, as soon as it can. */
  settle(node: PlanNode, place: Place, before: Known): Settled {
    const first = this.#follow(node, place, before);
    const steps = first.node === undefined ? [] : [first.node];
    let { known, late } = first;
    while (late !== undefined) {
      const next = this.#next(late, place, known);
      steps.push(next.node);
      ({ known, late } = next);
    }
    return { node: inOne('Sequence', steps) ?? node, known };
  }

  #next(late: Late, place: Place, known: Known): Followed & Settled {
    for (const freedom of FREEDOMS) {
      const freer = new PlanOrder(this.#tools, freedom, this.#after);
      const { node, ...next } = freer.#follow(late.node, place, known);
      if (node !== undefined) return { ...next, node };
    }
    throw planFault(late.problem);
  }

  #follow(node: PlanNode, place: Place, known: Known): Followed {
    switch (node.kind) {
      case 'Fetch':
        return this.#fetch(node, place, known);
      case 'Flatten': {
        const below = this.#follow(node.node, this.#below(place, pathSteps(node.path)), known);
        return below.node === node.node
          ? { ...below, node }
          : within(below, (each) => ({ ...node, node: each }));
      }
      case 'Sequence':
        return this.#sequence(node, place, known);
      case 'Parallel': {
        const each = node.nodes.map((child) => this.#follow(child, place, known));
        const isSame = each.every((child, index) => child.node === node.nodes[index]);
        const beside = sideBySide(each, known);
        return isSame ? { ...beside, node } : beside;
      }
      case 'Condition':
        return this.#condition(node, place, known);
      case 'Defer':
        return this.#defer(node, place, known);
      default:
        return unreachable(node);
    }
  }

  #fetch(fetch: FetchNode, place: Place, known: Known): Followed {
    const awaited = fieldsAwaited(fetch, place, this.#tools.types);
    const type = fieldBelow(place.at, '__typename');
    const missing =
      this.#untold.has(type) && !known.has(type)
        ? type
        : awaited.find((field) => !isBrought(field, known, this.#freedom))?.at;
    if (missing !== undefined && this.#freedom.takesApart) {
      const parts = this.#tools.takeApart(fetch);
      if (parts.length > 1)
        return sideBySide(
          parts.map((part) => this.#fetch(part, place, known)),
          known,
        );
    }
    if (missing !== undefined) {
      const problem = `${fetch.serviceName} is sent ${missing}, which nobody was asked for before`;
      return { node: undefined, known, late: { node: fetch, problem } };
    }
    const found = known.and(this.#brought(fetch, place));
    if (fetch.id !== undefined) this.#after.set(fetch.id, found);
    return { node: fetch, known: found, late: undefined };
  }

  #below(place: Place, path: readonly string[]): Place {
    return placeBelow(place, path, this.#tools.types);
  }

  #brought(fetch: FetchNode, place: Place): Brought {
    const { operationOf, types } = this.#tools;
    return fieldsBrought(fetch, operationOf(fetch), place, types);
  }

  #sequence(node: SequenceNode, place: Place, before: Known): Followed {
    let known = before;
    const untoldBefore = this.#untold;
    const steps: PlanNode[] = [];
    const late: Late[] = [];
    for (const [index, child] of node.nodes.entries()) {
      const step = this.#follow(child, place, known);
      ({ known } = step);
      if (step.node !== undefined) steps.push(step.node);
      const waiting = step.late;
      if (waiting === undefined) continue;
      late.push(waiting);
      if (this.#freedom.overtakes) {
        this.#untold = new Set([...this.#untold, ...this.#typesToldBy(waiting.node, place)]);
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

  #typesToldBy(node: PlanNode, place: Place): readonly string[] {
    return placedFetches(node).flatMap(({ node: fetch, path: below }) =>
      [...this.#brought(fetch, this.#below(place, below)).fields.keys()].filter((field) =>
        field.endsWith('__typename'),
      ),
    );
  }

  #condition(node: ConditionNode, place: Place, known: Known): Followed {
    const { ifClause, elseClause, ...condition } = node;
    const clauses = [
      { clause: ifClause, wrap: (each: PlanNode): ConditionNode => ({ ...condition, ifClause: each }) },
      { clause: elseClause, wrap: (each: PlanNode): ConditionNode => ({ ...condition, elseClause: each }) },
    ];
    const each = clauses.flatMap(({ clause, wrap }) =>
      clause === undefined ? [] : [{ clause, wrap, followed: this.#follow(clause, place, known) }],
    );
    const isSame = each.every(({ clause, followed }) => followed.node === clause);
    const beside = sideBySide(
      each.map(({ followed, wrap }) => within(followed, wrap)),
      known,
    );
    return isSame ? { ...beside, node } : beside;
  }

  /** A deferred part begins when the fetches have been made that it waits for, whatever else is on the way then. */
  #defer(node: DeferNode, place: Place, before: Known): Followed {
    const settled = <T extends { readonly node?: PlanNode }>(part: T, known: Known): T & Partial<Settled> => {
      if (part.node === undefined) return part;
      const after = this.settle(part.node, place, known);
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

/** Why a plan is refused. */
export function planFault(what: string): Error {
  return new Error(`In the plan that was found, ${what}.`);
}
