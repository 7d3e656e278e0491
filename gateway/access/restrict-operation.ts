/**
 * An operation without the fields that somebody may not see: in the document they are marked, for the answer has null
 * there; in the text, from which the plan is made, they are gone. Judges each field by the objects that it can be read
 * of; where those differ, it is asked of each by itself. Knows no principal and no data.
 */

import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { demandWords } from './demand.ts';
import type { FieldDemands } from './field-demands.ts';
import { markRefused, type Refusal } from './refusal.ts';

export interface OperationToRestrict {
  /** Valid, and without @skip and @include. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly demands: FieldDemands;
  /** The keys of the demands that are not met. */
  readonly unmet: ReadonlySet<string>;
}

export interface RestrictedDocument {
  /** The one operation and its fragments. */
  readonly document: DocumentNode;
  /** One for each field that is refused, wherever it stands; the paths begin at the root. */
  readonly refusals: readonly Refusal[];
}

/** A part of the operation: how it looks now, whether anything of it is still asked, and what is not. */
interface Judged<Node> {
  readonly node: Node;
  readonly isAsked: boolean;
  /** Whether the object around is lost with what is refused of it. */
  readonly spreads: boolean;
  readonly refusals: readonly Refusal[];
}

/** What is refused of a field; of an abstract type object by object, unless it is refused whatever the object is. */
interface Verdict {
  readonly refusals: readonly Refusal[];
  readonly byObject: readonly { readonly object: GraphQLObjectType; readonly refusal: Refusal | undefined }[];
}

const MOST_COPIES = 1_000;

export function restrictDocument(parts: OperationToRestrict): RestrictedDocument {
  const { document, operation, schema } = parts;
  const rootType = schema.getRootType(operation.operation);
  if (rootType == null) throw new Error('the schema has no such operations');
  const restrictor = new Restrictor(parts);
  const { node: selectionSet, refusals } = restrictor.judgeSet(rootType, operation.selectionSet);
  const definitions = document.definitions.flatMap((node) =>
    node.kind === Kind.FRAGMENT_DEFINITION ? [restrictor.fragment(node).node] : [],
  );
  return {
    document: { ...document, definitions: [{ ...operation, selectionSet }, ...definitions] },
    refusals: distinct(refusals),
  };
}

class Restrictor {
  readonly #parts: OperationToRestrict;
  readonly #definitions: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #verdicts = new Map<string, Verdict>();
  #copies = 0;
  readonly #fragments = new Map<string, Judged<FragmentDefinitionNode>>();

  constructor(parts: OperationToRestrict) {
    this.#parts = parts;
    const found = parts.document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#definitions = new Map(found.map((node) => [node.name.value, node]));
  }

  fragment(node: FragmentDefinitionNode): Judged<FragmentDefinitionNode> {
    const name = node.name.value;
    const known = this.#fragments.get(name);
    if (known !== undefined) return known;
    const type = this.#parts.schema.getType(node.typeCondition.name.value);
    const judged = isCompositeType(type)
      ? withSet(node, this.judgeSet(type, node.selectionSet))
      : { node, ...OPEN };
    this.#fragments.set(name, judged);
    return judged;
  }

  judgeSet(type: GraphQLCompositeType, set: SelectionSetNode): Judged<SelectionSetNode> {
    const judged = set.selections.flatMap((node) => this.#selection(type, node));
    return {
      node: { ...set, selections: judged.map(({ node }) => node) },
      isAsked: judged.some(({ isAsked }) => isAsked),
      spreads: judged.some(({ spreads }) => spreads),
      refusals: distinct(judged.flatMap(({ refusals }) => refusals)),
    };
  }

  #selection(type: GraphQLCompositeType, node: SelectionNode): readonly Judged<SelectionNode>[] {
    switch (node.kind) {
      case Kind.FIELD:
        return this.#field(type, node);
      case Kind.INLINE_FRAGMENT:
        return [this.#inlineFragment(type, node)];
      case Kind.FRAGMENT_SPREAD:
        return [this.#spread(type, node)];
    }
  }

  #inlineFragment(type: GraphQLCompositeType, node: InlineFragmentNode): Judged<InlineFragmentNode> {
    const condition = node.typeCondition && this.#parts.schema.getType(node.typeCondition.name.value);
    const within = isCompositeType(condition) && !this.#isKnownBetter(type, condition) ? condition : type;
    return withSet(node, this.judgeSet(within, node.selectionSet));
  }

  #spread(type: GraphQLCompositeType, node: FragmentSpreadNode): Judged<SelectionNode> {
    const definition = this.#definitions.get(node.name.value);
    if (definition === undefined) return { node, ...OPEN };
    const { typeCondition, selectionSet } = definition;
    const condition = this.#parts.schema.getType(typeCondition.name.value);
    if (isCompositeType(condition) && this.#isKnownBetter(type, condition) && this.#copies < MOST_COPIES) {
      this.#copies += 1;
      const { directives = [] } = node;
      return this.#inlineFragment(type, {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition,
        selectionSet,
        directives,
      });
    }
    return { ...this.fragment(definition), node };
  }

  /** An object stays what it is within a fragment on an interface: what is asked there is asked of it alone. */
  #isKnownBetter(type: GraphQLCompositeType, condition: GraphQLCompositeType): boolean {
    return isObjectType(type) && isAbstractType(condition) && this.#parts.schema.isSubType(condition, type);
  }

  #field(type: GraphQLCompositeType, node: FieldNode): readonly Judged<SelectionNode>[] {
    const { refusals, byObject } = this.#verdictOn(type, node.name.value);
    if (refusals.length === 0) return [this.#below(type, node)];
    // Asking by object doubles with each level below, so it has an end; then what one object refuses, all do.
    this.#copies += byObject.length;
    const isRefusedWhole = byObject.every(({ refusal }) => refusal !== undefined);
    const fieldType = typeOfField(type, node);
    if (isRefusedWhole || this.#copies > MOST_COPIES) return [refuse(node, fieldType, refusals)];
    return byObject.map(({ object, refusal }) => {
      const judged = refusal === undefined ? this.#below(object, node) : refuse(node, fieldType, [refusal]);
      return { ...judged, node: onType(object.name, judged.node) };
    });
  }

  #verdictOn(type: GraphQLCompositeType, field: string): Verdict {
    const place = `${type.name}.${field}`;
    const known = this.#verdicts.get(place);
    if (known !== undefined) return known;
    const refused = this.#refusalAt(type.name, field);
    const objects =
      refused === undefined && isAbstractType(type) ? this.#parts.schema.getPossibleTypes(type) : [];
    const byObject = objects.map((object) => ({ object, refusal: this.#refusalAt(object.name, field) }));
    const refusals = refused === undefined ? byObject.flatMap(({ refusal }) => refusal ?? []) : [refused];
    const verdict = { refusals, byObject };
    this.#verdicts.set(place, verdict);
    return verdict;
  }

  /** An object of which nothing may be read is not asked for either, unless more would be lost with it. */
  #below(type: GraphQLCompositeType, node: FieldNode): Judged<FieldNode> {
    const fieldType = typeOfField(type, node);
    const inner = fieldType && getNamedType(fieldType);
    if (fieldType === undefined || node.selectionSet === undefined || !isCompositeType(inner))
      return { node, ...OPEN };
    const { node: selectionSet, isAsked, spreads, refusals } = this.judgeSet(inner, node.selectionSet);
    const within = { ...node, selectionSet };
    const led = refusals.map((refusal) => ledThrough(fieldType, refusal));
    // An item that may be null, or one of several objects, takes nothing more with it.
    const spreadsHere = spreads && isObjectType(inner) && areItemsNeeded(fieldType);
    const isNeeded = isAsked || (isNonNullType(fieldType) && !spreadsHere);
    if (!isNeeded && refusals.length > 0) return refuse(within, fieldType, led);
    return { node: within, ...OPEN, refusals: led.map((refusal) => ledFrom(node, refusal)) };
  }

  #refusalAt(type: string, field: string): Refusal | undefined {
    const { demands, unmet } = this.#parts;
    const failed = demands.of(type, field).filter((key) => unmet.has(key));
    if (failed.length === 0) return undefined;
    const rule = failed.flatMap((key) => demands.demands.get(key) ?? []).map(demandWords);
    const subgraph = demands.ownerOf(type, field);
    return { field: `${type}.${field}`, rule: rule.join('; and '), subgraph, below: [] };
  }
}

/** Of what nothing is refused. */
const OPEN = { isAsked: true, spreads: false, refusals: [] } as const;

function refuse(
  node: FieldNode,
  type: GraphQLOutputType | undefined,
  refusals: readonly Refusal[],
): Judged<FieldNode> {
  return {
    node: markRefused(node, refusals),
    isAsked: false,
    spreads: isNonNullType(type),
    refusals: refusals.map((refusal) => ledFrom(node, refusal)),
  };
}

function typeOfField(type: GraphQLCompositeType, { name }: FieldNode): GraphQLOutputType | undefined {
  return 'getFields' in type ? type.getFields()[name.value]?.type : undefined;
}

/** The field's own key comes first. */
function ledFrom({ alias, name }: FieldNode, refusal: Refusal): Refusal {
  return { ...refusal, below: [(alias ?? name).value, ...refusal.below] };
}

/** In a list nobody can say of which item it will be. */
function ledThrough(type: GraphQLOutputType, refusal: Refusal): Refusal {
  return isList(type) ? { ...refusal, below: [] } : refusal;
}

function areItemsNeeded(type: GraphQLOutputType): boolean {
  if (isListType(type)) return isNonNullType(type.ofType) && areItemsNeeded(type.ofType);
  return !isNonNullType(type) || areItemsNeeded(type.ofType);
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function withSet<Node extends { readonly selectionSet: SelectionSetNode }>(
  node: Node,
  { node: selectionSet, ...judged }: Judged<SelectionSetNode>,
): Judged<Node> {
  return { ...judged, node: { ...node, selectionSet } };
}

function onType(name: string, node: SelectionNode): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [node] },
  };
}

function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  const byPlace = new Map(refusals.map((each) => [[each.field, ...each.below].join(' '), each]));
  return [...byPlace.values()];
}
