/**
 * Where subgraphs differ in which types a union or interface has, the planner leaves out what is asked of a type that
 * not all of those know who could answer the field above: there, it takes it, no such object can come. But the subgraph
 * that the plan asks may know the type, and give it. So what is that subgraph's own is asked along, whether the client
 * asks for it or a field needs it (@requires). Knows no data.
 */

import type { FetchDataRewrite, FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { amendPlan } from './amend-plan.ts';
import { documentOf } from './fetch-document.ts';
import { fieldBelow, placedFetches } from './placed-fetches.ts';
import { keyOf } from './planned-names.ts';
import { fieldsOf, namedType, Needs, setsAt, setsBelow } from './selected-below.ts';
import { rootTypes, type SubgraphFields } from './subgraph-fields.ts';
import { typeMembership, type IsOf } from './type-membership.ts';
import { fieldNames } from './typed-paths.ts';
import { writtenOut } from './written-out.ts';

/** The operation as it was planned, with its fragments written out. */
export type AskLeftOut = (plan: QueryPlan, operation: OperationDefinitionNode) => QueryPlan;

/** Undefined where all subgraphs know the same types of everything. */
export function leftOutMembers(fields: SubgraphFields, apiSchema: GraphQLSchema): AskLeftOut | undefined {
  if (fields.differing.size === 0) return undefined;
  const isOf = typeMembership(apiSchema);
  return (plan, operation) => {
    if (plan.node === undefined || plan.node.kind === 'Subscription') return plan;
    const placed = placedFetches(plan.node).map(({ node, path }) => {
      const document = writtenOut(documentOf(node));
      return { node, path: fieldNames(path), document };
    });
    const asked = new Asked(isOf);
    const needs = new Needs(placed);
    const roots = rootTypes(apiSchema);
    for (const { path, document } of placed) asked.add(document.selectionSet, path.join('.'), []);
    const amended = new Map(
      placed.map(({ node, path, document }) => {
        const completion = new Completion(node, { fields, asked, isOf, needs, apiSchema });
        const level = {
          typeName: roots.get(document.operation),
          wanted: setsAt(operation, path),
          needed: needs.setsAt(path),
          path,
          way: [],
        };
        return [node, completion.amend(document, level, operation)];
      }),
    );
    return amendPlan(plan, (fetch) => amended.get(fetch) ?? fetch);
  };
}

/** What all fetches together ask, by place and type. */
class Asked {
  readonly #isOf: IsOf;
  /** By place: the types that its object must be of, all of them, to be asked. */
  readonly #conditions = new Map<string, (readonly string[])[]>();

  constructor(isOf: IsOf) {
    this.#isOf = isOf;
  }

  add({ selections }: SelectionSetNode, path: string, conditions: readonly string[]): void {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value;
        this.add(node.selectionSet, path, condition === undefined ? conditions : [...conditions, condition]);
      }
      if (node.kind !== Kind.FIELD) continue;
      const at = node.name.value === '_entities' ? path : fieldBelow(path, keyOf(node));
      this.#conditions.set(at, [...(this.#conditions.get(at) ?? []), conditions]);
      if (node.selectionSet !== undefined) this.add(node.selectionSet, at, []);
    }
  }

  has(path: string, typeName: string): boolean {
    const asked = this.#conditions.get(path) ?? [];
    return asked.some((conditions) => conditions.every((each) => this.#isOf(typeName, each)));
  }
}

interface CompletionParts {
  readonly needs: Needs;
  readonly apiSchema: GraphQLSchema;
  readonly fields: SubgraphFields;
  readonly asked: Asked;
  readonly isOf: IsOf;
}

/** Where in a fetch. */
interface Level {
  /** As the subgraph knows it; undefined where it is said in a fragment. */
  readonly typeName: string | undefined;
  /** What the client selects there. */
  readonly wanted: readonly SelectionSetNode[];
  /** What is sent on of what is there. */
  readonly needed: readonly SelectionSetNode[];
  readonly path: readonly string[];
  /** The way there as rewrites of the answer have it. */
  readonly way: readonly string[];
}

/** One fetch, with what is left out in it. */
class Completion {
  readonly #fetch: FetchNode;
  readonly #parts: CompletionParts;
  readonly #variables = new Set<string>();
  readonly #renamed: FetchDataRewrite[] = [];

  constructor(fetch: FetchNode, parts: CompletionParts) {
    this.#fetch = fetch;
    this.#parts = parts;
  }

  amend(operation: OperationDefinitionNode, level: Level, whole: OperationDefinitionNode): FetchNode {
    const selectionSet = this.#completed(operation.selectionSet, level);
    if (selectionSet === operation.selectionSet) return this.#fetch;
    const { variableDefinitions = [] } = operation;
    const known = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
    const added = (whole.variableDefinitions ?? []).filter(
      ({ variable: { name } }) => this.#variables.has(name.value) && !known.has(name.value),
    );
    const definition = {
      ...operation,
      selectionSet,
      variableDefinitions: [...variableDefinitions, ...added],
    };
    const { outputRewrites = [] } = this.#fetch;
    const rewrites = [...this.#renamed, ...outputRewrites];
    return {
      ...this.#fetch,
      ...(rewrites.length > 0 && { outputRewrites: rewrites }),
      operation: stripIgnoredCharacters(print(definition)),
      variableUsages: [...new Set([...(this.#fetch.variableUsages ?? []), ...this.#variables])],
    };
  }

  #completed(set: SelectionSetNode, level: Level): SelectionSetNode {
    const selections = set.selections.map((node): SelectionNode => {
      if (node.kind === Kind.FRAGMENT_SPREAD || node.selectionSet === undefined) return node;
      const selectionSet =
        node.kind === Kind.FIELD
          ? this.#completedBelow(node, node.selectionSet, level)
          : this.#completed(node.selectionSet, {
              ...level,
              typeName: node.typeCondition?.name.value ?? level.typeName,
              way: node.typeCondition ? [...level.way, `... on ${node.typeCondition.name.value}`] : level.way,
            });
      return selectionSet === node.selectionSet ? node : { ...node, selectionSet };
    });
    return selections.every((node, index) => node === set.selections[index]) ? set : { ...set, selections };
  }

  #completedBelow(node: FieldNode, set: SelectionSetNode, level: Level): SelectionSetNode {
    if (node.name.value === '_entities') return this.#completed(set, { ...level, typeName: undefined });
    const { fields } = this.#parts;
    const key = keyOf(node);
    const typeName =
      level.typeName === undefined
        ? undefined
        : fields.find(this.#fetch.serviceName, level.typeName, node.name.value)?.typeName;
    const path = [...level.path, key];
    const wanted = setsBelow(level.wanted, key);
    const inner = {
      typeName,
      wanted,
      needed: this.#parts.needs.setsAt(path),
      path,
      way: [...level.way, key],
    };
    const completed = this.#completed(set, inner);
    if (typeName === undefined || !fields.differing.has(typeName)) return completed;
    const members = fields.membersOf(this.#fetch.serviceName, typeName);
    return members.reduce((whole, each) => {
      const added = this.#added(each, inner, whole);
      return added.length === 0 ? whole : { ...whole, selections: [...whole.selections, ...added] };
    }, completed);
  }

  #added(
    typeName: string,
    { wanted, needed, path, way }: Level,
    set: SelectionSetNode,
  ): readonly InlineFragmentNode[] {
    const { asked, isOf } = this.#parts;
    const at = path.join('.');
    const missing = [...wanted, ...needed]
      .flatMap((each) => fieldsOf(each, (condition) => isOf(typeName, condition)))
      .filter((field) => !asked.has(fieldBelow(at, keyOf(field)), typeName) && this.#isOwn(field, typeName));
    if (missing.length === 0) return [];
    const of = (selections: readonly FieldNode[]): InlineFragmentNode => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: namedType(typeName),
      selectionSet: { kind: Kind.SELECTION_SET, selections },
    });
    asked.add({ kind: Kind.SELECTION_SET, selections: [of(missing)] }, at, []);
    const added = of(missing.map((field) => this.#besides(field, typeName, { set, way })));
    const fragment: InlineFragmentNode = visit(added, {
      Directive: ({ name }) => (name.value === 'defer' ? null : undefined),
      Variable: ({ name }) => void this.#variables.add(name.value),
    });
    return [fragment];
  }

  /** Under another name on the way where a field of another type has its name already. */
  #besides(
    field: FieldNode,
    typeName: string,
    { set, way }: { readonly set: SelectionSetNode; readonly way: readonly string[] },
  ): FieldNode {
    const key = keyOf(field);
    const own = this.#shapeOf(typeName, field);
    const others = typedFieldsOf([set], undefined).filter(({ node }) => keyOf(node) === key);
    const isAlike = (each: TypedField) =>
      own !== undefined && this.#shapeOf(each.typeName ?? '', each.node) === own;
    if (others.every(isAlike)) return field;
    const value = `${key}__alias_of_${typeName}`;
    const rewrite = { path: [...way, `... on ${typeName}`, value], renameKeyTo: key };
    if (this.#renamed.every(({ path }) => path.join('.') !== rewrite.path.join('.')))
      this.#renamed.push({ kind: 'KeyRenamer', ...rewrite });
    return { ...field, alias: { kind: Kind.NAME, value } };
  }

  /** The field's type; undefined where arguments make a difference too, or nothing is known of it. */
  #shapeOf(typeName: string, { name: { value }, arguments: given = [] }: FieldNode): string | undefined {
    if (value === '__typename') return 'String!';
    const type = this.#parts.apiSchema.getType(typeName);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[value] : undefined;
    return field === undefined || given.length > 0 ? undefined : String(field.type);
  }

  /** Whether the subgraph answers the field from itself, with all that is selected below. */
  #isOwn({ name: { value: name }, selectionSet }: FieldNode, typeName: string): boolean {
    if (name === '__typename') return true;
    const { fields } = this.#parts;
    const field = fields.find(this.#fetch.serviceName, typeName, name);
    if (field?.isOwned !== true || field.mayHaveMoved || field.requires !== undefined) return false;
    const { typeName: inner } = field;
    return (
      selectionSet === undefined ||
      (fields.isObject(inner) &&
        fieldsOf(selectionSet, (condition) => condition === undefined || condition === inner).every((each) =>
          this.#isOwn(each, inner),
        ))
    );
  }
}

interface TypedField {
  readonly node: FieldNode;
  /** Undefined where no fragment says it. */
  readonly typeName: string | undefined;
}

function typedFieldsOf(
  sets: readonly SelectionSetNode[],
  typeName: string | undefined,
): readonly TypedField[] {
  return sets
    .flatMap(({ selections }) => selections)
    .flatMap((node): readonly TypedField[] => {
      if (node.kind === Kind.FIELD) return [{ node, typeName }];
      if (node.kind === Kind.FRAGMENT_SPREAD) return [];
      return typedFieldsOf([node.selectionSet], node.typeCondition?.name.value ?? typeName);
    });
}
