/**
 * An operation made ready to be answered in parts: each `@defer` that holds for the variables has a name of its own,
 * also where one fragment is spread in several places, and the others are gone. Knows no schema and no plan.
 */

import {
  getOperationAST,
  Kind,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { deferArguments, deferOf, withoutDefer } from './defer-directive.ts';

/** One `@defer` in one place of the operation. */
export interface DeferredFragment {
  /** What the client called it. */
  readonly label: string | undefined;
  /** The same for every place of one `@defer`. */
  readonly source: DirectiveNode;
}

export interface DeferredDocument {
  readonly document: DocumentNode;
  /** By the names that stand as labels in the document. */
  readonly fragments: ReadonlyMap<string, DeferredFragment>;
}

/** Fragments in fragments can multiply; an operation that grows beyond this comes whole. */
const MOST_SELECTIONS = 10_000;

class TooMuch extends Error {}

/** What is deferred of what may be, as a key; undefined where nothing is. */
export function deferKey(defers: readonly DirectiveNode[], coerced: JsonObject): string | undefined {
  const held = defers.map((directive) => holds(directive, coerced));
  return held.includes(true) ? held.map(Number).join('') : undefined;
}

/** Undefined where nothing is deferred, or too much. The document must be valid and have the operation. */
export function deferredDocument(
  document: DocumentNode,
  operationName: string | undefined,
  coerced: JsonObject,
): DeferredDocument | undefined {
  const operation = getOperationAST(document, operationName);
  if (operation == null) throw new Error('the document has no such operation');
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const writer = new DeferWriter(definitions, coerced);
  try {
    const selectionSet = writer.selectionSet(operation.selectionSet);
    if (writer.deferred.size === 0) return undefined;
    const kept = withoutDefer({ kind: Kind.DOCUMENT, definitions: writer.untouched() });
    const named = [{ ...operation, selectionSet }, ...kept.definitions];
    return { document: { kind: Kind.DOCUMENT, definitions: named }, fragments: writer.deferred };
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

function holds(directive: DirectiveNode, coerced: JsonObject): boolean {
  const { isAlways, variable = '' } = deferArguments(directive);
  if (isAlways !== undefined) return isAlways;
  // A variable that was left out counts as the argument left out, which is true.
  return Object.hasOwn(coerced, variable) ? coerced[variable] === true : true;
}

class DeferWriter {
  readonly deferred = new Map<string, DeferredFragment>();
  readonly #definitions: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #defers = new Map<string, boolean>();
  readonly #coerced: JsonObject;
  #selections = 0;

  constructor(definitions: readonly FragmentDefinitionNode[], coerced: JsonObject) {
    this.#definitions = new Map(definitions.map((definition) => [definition.name.value, definition]));
    this.#coerced = coerced;
  }

  /** The definitions that can be spread as they are. */
  untouched(): readonly FragmentDefinitionNode[] {
    return [...this.#definitions.values()].filter(({ name }) => !this.#hasDefer(name.value));
  }

  selectionSet(set: SelectionSetNode): SelectionSetNode {
    return { ...set, selections: set.selections.map((node) => this.#selection(node)) };
  }

  #selection(node: SelectionNode): SelectionNode {
    this.#selections += 1;
    if (this.#selections > MOST_SELECTIONS) throw new TooMuch();
    if (node.kind === Kind.FIELD) {
      return node.selectionSet === undefined
        ? node
        : { ...node, selectionSet: this.selectionSet(node.selectionSet) };
    }
    const directives = this.#directives(node);
    if (node.kind === Kind.INLINE_FRAGMENT)
      return { ...node, directives, selectionSet: this.selectionSet(node.selectionSet) };
    const definition = this.#definitions.get(node.name.value);
    const isDeferred = directives.some(({ name }) => name.value === 'defer');
    if (definition === undefined || (!isDeferred && !this.#hasDefer(node.name.value)))
      return { ...node, directives };
    const { typeCondition, selectionSet } = definition;
    const inner = this.selectionSet(selectionSet);
    return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: inner };
  }

  #directives(node: SelectionNode): readonly DirectiveNode[] {
    const { directives = [] } = node;
    const source = deferOf(node);
    if (source === undefined) return directives;
    const others = directives.filter((directive) => directive !== source);
    if (!holds(source, this.#coerced)) return others;
    const name = `d${this.deferred.size}`;
    this.deferred.set(name, { label: deferArguments(source).label, source });
    return [...others, namedDefer(name)];
  }

  /** Whether anything in the fragment is deferred, also through other fragments. */
  #hasDefer(fragmentName: string): boolean {
    const known = this.#defers.get(fragmentName);
    if (known !== undefined) return known;
    this.#defers.set(fragmentName, false);
    const set = this.#definitions.get(fragmentName)?.selectionSet;
    const found = set !== undefined && this.#setHasDefer(set);
    this.#defers.set(fragmentName, found);
    return found;
  }

  #setHasDefer({ selections }: SelectionSetNode): boolean {
    return selections.some((node) => {
      const source = deferOf(node);
      if (source !== undefined && holds(source, this.#coerced)) return true;
      if (node.kind === Kind.FRAGMENT_SPREAD) return this.#hasDefer(node.name.value);
      return node.selectionSet !== undefined && this.#setHasDefer(node.selectionSet);
    });
  }
}

function namedDefer(label: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'defer' },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'label' },
        value: { kind: Kind.STRING, value: label },
      },
    ],
  };
}
