/**
 * Looks in a plan for what a subgraph is asked and cannot answer there: a field that it does not have, or one that needs
 * of its object what it is not sent. A subgraph answers that with null or with what it reckons from nothing, and nobody
 * would know. Says nothing of what it cannot judge. Knows no data.
 */

import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { documentOf } from './fetch-document.ts';
import { askedThere, placedFetches } from './placed-fetches.ts';
import { inOrder, planFault, type FetchTools } from './plan-order.ts';
import { keyOf } from './planned-names.ts';
import { Needs } from './selected-below.ts';
import { rootTypes, type SubgraphField, type SubgraphFields } from './subgraph-fields.ts';
import { fieldNames } from './typed-paths.ts';
import { writtenOut } from './written-out.ts';

/** The plan, each fetch after those that it waits for. Throws where a subgraph could not answer what it is asked. */
export type PlanCheck = (plan: QueryPlan) => QueryPlan;

export function planCheck(
  fields: SubgraphFields,
  apiSchema: GraphQLSchema,
  takeApart: FetchTools['takeApart'],
): PlanCheck {
  const roots = rootTypes(apiSchema);
  const isHidden = (typeName: string) => apiSchema.getType(typeName) === undefined;
  return (plan) => {
    const placed = placedFetches(plan.node).map(({ node, path }) => ({ node, path: fieldNames(path) }));
    const needs = new Needs(placed);
    for (const { node: fetch, path } of placed) {
      const check = new FetchCheck(fetch, { fields, isHidden, needs });
      const problem = check.problem(operationOf(fetch), roots, path);
      if (problem !== undefined) throw planFault(problem);
    }
    return inOrder(plan, { operationOf, takeApart, types: fields });
  };
}

function operationOf(fetch: FetchNode): OperationDefinitionNode {
  return writtenOut(documentOf(fetch));
}

interface Place {
  /** The names on the way here. */
  readonly path: readonly string[];
  readonly typeName: string;
  /** The types that an object may have here, as the subgraph knows them; undefined: all. */
  readonly types: readonly string[] | undefined;
  /** What the fields on the way here provide. */
  readonly provided: readonly SelectionSetNode[];
  /** What the subgraph is sent of the object; undefined where it has it from itself. */
  readonly sent: readonly QueryPlanSelectionNode[] | undefined;
}

interface Behind {
  readonly path: readonly string[];
  /** Undefined where nothing is provided on the way. */
  readonly provided: readonly SelectionSetNode[] | undefined;
}

interface CheckParts {
  readonly fields: SubgraphFields;
  /** Whether clients do not see the type (@inaccessible). */
  readonly isHidden: (typeName: string) => boolean;
  /** What fetches of the plan send on. */
  readonly needs: Needs;
}

class FetchCheck {
  readonly #fetch: FetchNode;
  readonly #fields: SubgraphFields;
  readonly #parts: CheckParts;

  constructor(fetch: FetchNode, parts: CheckParts) {
    this.#fetch = fetch;
    this.#fields = parts.fields;
    this.#parts = parts;
  }

  /** The first of it as a sentence; undefined where there is none. */
  problem(
    operation: OperationDefinitionNode,
    roots: ReadonlyMap<string, string>,
    path: readonly string[],
  ): string | undefined {
    const { requires = [] } = this.#fetch;
    const place =
      requires.length === 0
        ? this.#at(roots.get(operation.operation) ?? '', { provided: [], path })
        : { path, typeName: '', types: this.#typesSent(requires), provided: [], sent: requires };
    for (const set of askedThere(this.#fetch, operation)) {
      const problem = this.#below(set, place);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** Nobody is asked for what the fetch says of entities of other types. */
  #typesSent(requires: readonly QueryPlanSelectionNode[]): readonly string[] | undefined {
    const types = requires.map((node) => (node.kind === 'Field' ? undefined : node.typeCondition));
    if (types.includes(undefined)) return undefined;
    // An interface may be an object to the subgraph; its entities are sent under that name then.
    const renamed = (this.#fetch.inputRewrites ?? []).flatMap((rewrite) =>
      rewrite.kind === 'ValueSetter' ? [String(rewrite.setValueTo)] : [],
    );
    return [...types, ...renamed].flatMap((typeName = '') => this.#fields.everyMemberOf(typeName));
  }

  #below({ selections }: SelectionSetNode, place: Place): string | undefined {
    // No object can stand here, and so nobody is asked.
    if (place.types?.length === 0) return undefined;
    for (const node of selections) {
      const problem =
        node.kind === Kind.FIELD ? this.#field(node, place) : this.#below(...this.#fragment(node, place));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #fragment(node: Exclude<SelectionNode, FieldNode>, place: Place): [SelectionSetNode, Place] {
    // They are written out.
    if (node.kind === Kind.FRAGMENT_SPREAD) return [{ kind: Kind.SELECTION_SET, selections: [] }, place];
    const { typeCondition, selectionSet } = node;
    if (typeCondition === undefined) return [selectionSet, place];
    const typeName = typeCondition.name.value;
    const within = this.#fields.membersOf(this.#fetch.serviceName, typeName);
    const types = within.filter((each) => place.types === undefined || place.types.includes(each));
    return [selectionSet, { ...place, typeName, types }];
  }

  #field(node: FieldNode, place: Place): string | undefined {
    const name = node.name.value;
    const own = this.#find(place.typeName, name);
    if (own === undefined) return undefined;
    const provided = below(place.provided, name);
    for (const typeName of place.types ?? []) {
      const isAsked = provided === undefined && !this.#isIdle(typeName, node, place);
      const problem = isAsked ? this.#judge(typeName, name, place) : undefined;
      if (problem !== undefined) return problem;
    }
    if (node.selectionSet === undefined) return undefined;
    const path = [...place.path, keyOf(node)];
    return this.#below(node.selectionSet, this.#behind(own, { path, provided }));
  }

  /** An object that clients do not see is null to them whatever it says; only other fields may need that. */
  #isIdle(typeName: string, node: FieldNode, { typeName: asked, path }: Place): boolean {
    const { isHidden, needs } = this.#parts;
    if (typeName === asked || !isHidden(typeName)) return false;
    const sent = needs.setsAt(path);
    return [keyOf(node), node.name.value].every((name) => below(sent, name) === undefined);
  }

  #judge(typeName: string, name: string, place: Place): string | undefined {
    const field = this.#find(typeName, name);
    if (field === undefined) return undefined;
    const { serviceName } = this.#fetch;
    if (!field.isOwned) return `${serviceName} is asked for ${typeName}.${name}, which it does not answer`;
    if (field.requires === undefined) return undefined;
    if (place.sent !== undefined && this.#isSent(field.requires, typeName, place.sent)) return undefined;
    if (this.#isKnown(field.requires, { ...place, typeName })) return undefined;
    return `${serviceName} is asked for ${typeName}.${name} without what that requires`;
  }

  /** Whether the subgraph is sent all of the field set. */
  #isSent(set: SelectionSetNode, typeName: string, sent: readonly QueryPlanSelectionNode[]): boolean {
    const fits = (condition: string | undefined) =>
      condition === undefined ||
      condition === typeName ||
      !this.#fields.isObject(condition) ||
      !this.#fields.isObject(typeName);
    const fitting = sent.filter((each) => each.kind === 'Field' || fits(each.typeCondition));
    return isWithin(set, fitting);
  }

  /** Whether the subgraph has all of the field set from itself. */
  #isKnown({ selections }: SelectionSetNode, place: Place): boolean {
    return selections.every((node): boolean => {
      if (node.kind !== Kind.FIELD) return this.#isKnown(...this.#fragment(node, place));
      const field = this.#find(place.typeName, node.name.value);
      const provided = below(place.provided, node.name.value);
      if (provided === undefined && field?.isOwned !== true) return false;
      if (node.selectionSet === undefined) return field?.requires === undefined;
      return this.#isKnown(node.selectionSet, this.#behind(field, { path: place.path, provided }));
    });
  }

  #behind(field: SubgraphField | undefined, { path, provided = [] }: Behind): Place {
    const provides = field?.provides === undefined ? [] : [field.provides];
    return this.#at(field?.typeName ?? '', { path, provided: [...provided, ...provides] });
  }

  /** A place of which the subgraph has everything from itself. */
  #at(typeName: string, way: Pick<Place, 'path' | 'provided'>): Place {
    const types = this.#fields.membersOf(this.#fetch.serviceName, typeName);
    return { ...way, typeName, types, sent: undefined };
  }

  #find(typeName: string, name: string) {
    return this.#fields.find(this.#fetch.serviceName, typeName, name);
  }
}

/** What the sets select below the field, whatever types they do it for; undefined where they do not select it. */
function below(sets: readonly SelectionSetNode[], name: string): readonly SelectionSetNode[] | undefined {
  const found = sets.flatMap((set) => fieldsOf(set)).filter((field) => field.name.value === name);
  return found.length === 0 ? undefined : found.flatMap(({ selectionSet }) => selectionSet ?? []);
}

function fieldsOf({ selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    return node.kind === Kind.FIELD ? [node] : fieldsOf(node.selectionSet);
  });
}

function isWithin(set: SelectionSetNode, sent: readonly QueryPlanSelectionNode[]): boolean {
  const flat = sent.flatMap(flatten);
  return fieldsOf(set).every(({ name, selectionSet }) => {
    const found = flat.filter((each) => each.name === name.value);
    if (found.length === 0) return false;
    const below = found.flatMap(({ selections = [] }) => selections);
    return selectionSet === undefined || isWithin(selectionSet, below);
  });
}

type SentField = Extract<QueryPlanSelectionNode, { kind: 'Field' }>;

function flatten(node: QueryPlanSelectionNode): readonly SentField[] {
  return node.kind === 'Field' ? [node] : node.selections.flatMap(flatten);
}
