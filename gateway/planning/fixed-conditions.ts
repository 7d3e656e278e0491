/**
 * An operation for given values of the variables that its @skip and @include depend on: what they leave out is gone.
 * So each plan and each answer's shape is made for what is really asked: a plan for all cases at once mixes up what
 * one fetch needs with what the condition of another leaves out. Knows no schema.
 */

import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  print,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type SelectionNode,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { TYPE_NAME } from './planned-selections.ts';

/** The variables that @skip and @include depend on anywhere in the document, sorted. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      const value = conditionOf(node);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

export interface OperationText {
  readonly document: DocumentNode;
  readonly text: string;
}

/**
 * The same where nothing is conditional. Selections in the document may become empty; in the text, where nothing can be
 * empty, they ask for the name of the type. The document must be valid; the values are coerced, and each condition has
 * one.
 */
export function withConditions({ document, text }: OperationText, values: JsonObject): OperationText {
  const fixed = withoutLeftOut(document, values);
  return fixed === document ? { document, text } : { document: fixed, text: print(withoutEmpty(fixed)) };
}

function withoutLeftOut(document: DocumentNode, values: JsonObject): DocumentNode {
  const keep = <T extends SelectionNode>(node: T): T | null | undefined => {
    const { directives = [] } = node;
    const others = directives.filter((each) => conditionOf(each) === undefined);
    if (others.length === directives.length) return undefined;
    return directives.every((each) => holds(each, values)) ? { ...node, directives: others } : null;
  };
  return visit(document, {
    Field: keep,
    FragmentSpread: keep,
    InlineFragment: {
      enter: keep,
      leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined),
    },
  });
}

function withoutEmpty(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: ({ selections, ...set }) =>
      selections.length === 0 ? { ...set, selections: [TYPE_NAME] } : undefined,
  });
}

function holds(directive: DirectiveNode, values: JsonObject): boolean {
  const value = conditionOf(directive);
  if (value === undefined) return true;
  const given = value.kind === Kind.VARIABLE ? values[value.name.value] : 'value' in value && value.value;
  return given === (directive.name.value === GraphQLIncludeDirective.name);
}

/** What @skip or @include depends on; undefined for any other directive. */
function conditionOf({ name, arguments: given = [] }: DirectiveNode) {
  if (name.value !== GraphQLIncludeDirective.name && name.value !== GraphQLSkipDirective.name)
    return undefined;
  return given.find((argument) => argument.name.value === 'if')?.value;
}
