/**
 * What changes nothing of the answers to what clients may ask, in the schemas of a generated federation: tags,
 * arguments and input fields that only some subgraphs have or that clients do not see, and one entity that they do not
 * see, with all that leads to it. Knows no data.
 */

import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
} from 'graphql';

import { namedTypeOf } from '../../../gateway/planning/subgraph-fields.ts';
import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { numberFrom } from './chance.ts';
import type { Model } from './model.ts';

/** By chance, which follows from the seed. */
export function dress(subgraphs: readonly FakeSubgraph[], { entities }: Model, seed: number): FakeSubgraph[] {
  const isIn = (often: number, ...what: readonly unknown[]) => numberFrom(seed, ...what) % often === 0;
  const hideable = entities.filter(
    ({ name, standsBehind }) => name !== 'Partner' && standsBehind === undefined,
  );
  const hidden = isIn(4, 'hide') ? hideable[numberFrom(seed, 'hidden') % hideable.length]?.name : undefined;
  const [provided, external] = [namesIn(subgraphs, PROVIDED), namesIn(subgraphs, EXTERNAL)];
  return subgraphs.map((subgraph) => {
    const { name, sdl } = subgraph;
    const tagged = <Node extends Directed>(node: Node): Node =>
      isIn(5, 'tag', name, node.name.value) ? withDirective(node, TAG) : node;
    const dressedField = (field: FieldDefinitionNode) =>
      // What a subgraph only knows must have those arguments, and may have nothing else.
      isMarked(field, 'external') ? field : tagged(namedTypeOf(field.type) === hidden ? hide(field) : field);
    const changed = visit(parse(sdl), {
      ObjectTypeDefinition: {
        leave(type) {
          const fields = type.fields?.map((field) => {
            const place = [type.name.value, field.name.value];
            // A field of a key must not have arguments, nor one that is provided.
            if (!/\d$/.test(field.name.value) || provided.has(field.name.value)) return field;
            const mayDiffer = isMarked(field, 'shareable') && !external.has(field.name.value);
            const extra = [
              ...(isIn(6, 'hush', ...place) ? [HUSH] : []),
              ...(mayDiffer && isIn(3, 'of', ...place) ? [optional(`of${name}`)] : []),
            ];
            return { ...field, arguments: [...(field.arguments ?? []), ...extra] };
          });
          const shown = type.name.value === hidden ? hide(type) : type;
          return tagged({ ...shown, fields: fields ?? [] });
        },
      },
      InputObjectTypeDefinition: {
        leave: (type) => ({ ...type, fields: [...(type.fields ?? []), HUSH, optional(`of${name}`)] }),
      },
      FieldDefinition: { leave: dressedField },
      InterfaceTypeDefinition: { leave: tagged },
      UnionTypeDefinition: { leave: tagged },
      InputValueDefinition: { leave: tagged },
      EnumValueDefinition: { leave: tagged },
    });
    return { ...subgraph, sdl: print(changed) };
  });
}

const PROVIDED = /@provides\(fields: "([^"]*)"/g;
const EXTERNAL = /(\w+)(?:\([^)]*\))?: \S+ @external/g;

function namesIn(subgraphs: readonly FakeSubgraph[], found: RegExp): ReadonlySet<string> {
  const texts = subgraphs.flatMap(({ sdl }) => [...sdl.matchAll(found)].map(([, text = '']) => text));
  return new Set(texts.join(' ').match(/\w+/g));
}

interface Directed {
  readonly name: NameNode;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

function withDirective<Node extends Directed>(node: Node, directive: ConstDirectiveNode): Node {
  const { directives = [] } = node;
  const isThere = directives.some(({ name }) => name.value === directive.name.value);
  return isThere ? node : { ...node, directives: [...directives, directive] };
}

function directive(name: string, ...given: readonly [string, string][]): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: nameNode(name),
    arguments: given.map(([key, value]) => ({
      kind: Kind.ARGUMENT,
      name: nameNode(key),
      value: { kind: Kind.STRING, value },
    })),
  };
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

const TAG = directive('tag', ['name', 'seen']);
const INACCESSIBLE = directive('inaccessible');

function hide<Node extends Directed>(node: Node): Node {
  return withDirective(node, INACCESSIBLE);
}

function optional(name: string): InputValueDefinitionNode {
  const type = { kind: Kind.NAMED_TYPE, name: nameNode('Int') } as const;
  return { kind: Kind.INPUT_VALUE_DEFINITION, name: nameNode(name), type };
}

const HUSH = hide(optional('hush'));

function isMarked({ directives = [] }: FieldDefinitionNode, directive: string): boolean {
  return directives.some(({ name }) => name.value === directive);
}
