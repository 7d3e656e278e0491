/**
 * What a fetch changes, and whether that takes effect once under one idempotency key, as the supergraph says by
 * `@idempotent`. Knows no key and no call.
 */

import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  type ConstValueNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { textArgument } from '../supergraph/join-directives.ts';
import type { Effect } from '../upstream/lost-answer.ts';

const SPEC = /^https:\/\/tributary\.example\/spec\/v1\.\d+$/;
const NAME = '@idempotent';

export function effectOf(document: DocumentNode, schema: GraphQLSchema): Effect {
  if (getOperationAST(document)?.operation !== OperationTypeNode.MUTATION) return 'none';
  return isIdempotent(document, schema) ? 'once under a key' : 'each time';
}

/** Whether all that the mutation changes is marked so. */
function isIdempotent(document: DocumentNode, schema: GraphQLSchema): boolean {
  const directive = directiveName(schema);
  if (directive === undefined) return false;
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const isMarked = (name: string) =>
    mutations[name]?.astNode?.directives?.some(({ name: { value } }) => value === directive) ?? false;
  const [operation] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operation !== undefined && rootFields(operation.selectionSet, document).every(isMarked);
}

/** With those that a condition may leave out. */
function rootFields({ selections }: SelectionSetNode, document: DocumentNode): readonly string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragmentOf(node.name.value, document);
    return fragment === undefined ? [] : rootFields(fragment.selectionSet, document);
  });
}

function fragmentOf(name: string, { definitions }: DocumentNode): FragmentDefinitionNode | undefined {
  return definitions
    .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
    .find((node) => node.name.value === name);
}

/** As the supergraph has imported it; a directive of another spec may have the same name. */
function directiveName({ astNode, extensionASTNodes }: GraphQLSchema): string | undefined {
  const links = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  const link = links.find((each) => each.name.value === 'link' && SPEC.test(textArgument(each, 'url') ?? ''));
  const imports = link?.arguments?.find(({ name }) => name.value === 'import')?.value;
  if (imports?.kind !== Kind.LIST) return undefined;
  const [name] = imports.values.flatMap((each) => importedAs(each) ?? []);
  return name?.slice(1);
}

function importedAs(value: ConstValueNode): string | undefined {
  if (value.kind === Kind.STRING) return value.value === NAME ? NAME : undefined;
  if (value.kind !== Kind.OBJECT) return undefined;
  const textOf = (key: string) => {
    const field = value.fields.find(({ name }) => name.value === key)?.value;
    return field?.kind === Kind.STRING ? field.value : undefined;
  };
  return textOf('name') === NAME ? (textOf('as') ?? NAME) : undefined;
}
