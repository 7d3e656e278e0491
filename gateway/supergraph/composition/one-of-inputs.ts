/**
 * `@oneOf` (GraphQL, section 3.13.5) while subgraphs are composed: Apollo's composition does not know it, refuses it
 * where it is not defined and loses it where it is. It is taken out of the SDLs and said again of what they compose to.
 */

import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type InputObjectTypeDefinitionNode,
  type InputObjectTypeExtensionNode,
} from 'graphql';

import { withOneOfDefined } from '../one-of-defined.ts';

type InputNode = InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode;

export interface OneOfInputs {
  /** The same where none has it, or where it is handed through by `@composeDirective`. */
  readonly withoutIt: (document: DocumentNode) => DocumentNode;
  /** A supergraph that holds clients to what any of the subgraphs will hold them to. */
  readonly saidIn: (supergraphSdl: string) => string;
}

export function oneOfInputs(documents: readonly DocumentNode[]): OneOfInputs {
  const names = new Set(documents.flatMap(({ definitions }) => definitions.flatMap(oneOfName)));
  if (names.size === 0 || documents.some(isHandedThrough))
    return { withoutIt: (document) => document, saidIn: (sdl) => sdl };
  return {
    withoutIt: (document) =>
      visit(document, {
        InputObjectTypeDefinition: plain,
        InputObjectTypeExtension: plain,
        DirectiveDefinition: ({ name }) => (name.value === 'oneOf' ? null : undefined),
      }),
    saidIn: (sdl) =>
      withOneOfDefined(
        print(
          visit(parse(sdl), {
            InputObjectTypeDefinition: (node) => (names.has(node.name.value) ? marked(node) : undefined),
          }),
        ),
      ),
  };
}

function oneOfName(node: DocumentNode['definitions'][number]): readonly string[] {
  const isInput =
    node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION;
  return isInput && node.directives?.some(isOneOf) === true ? [node.name.value] : [];
}

function isOneOf({ name }: ConstDirectiveNode): boolean {
  return name.value === 'oneOf';
}

function isHandedThrough({ definitions }: DocumentNode): boolean {
  return definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap(({ directives = [] }) => directives)
    .filter(({ name }) => name.value === 'composeDirective')
    .flatMap(({ arguments: given = [] }) => given)
    .some(({ value }) => value.kind === Kind.STRING && value.value === '@oneOf');
}

/** An extension that said nothing else is none. */
function plain<Node extends InputNode>(node: Node): Node | null {
  const directives = (node.directives ?? []).filter((each) => !isOneOf(each));
  const isEmpty = directives.length === 0 && (node.fields ?? []).length === 0;
  return isEmpty && node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION ? null : { ...node, directives };
}

function marked(node: InputObjectTypeDefinitionNode): InputObjectTypeDefinitionNode {
  const oneOf = { kind: Kind.DIRECTIVE as const, name: { kind: Kind.NAME as const, value: 'oneOf' } };
  return { ...node, directives: [...(node.directives ?? []), oneOf] };
}
