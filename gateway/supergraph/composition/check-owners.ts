/**
 * Our own rule on top of composition: every field of an entity and every root field has exactly one owner, a subgraph
 * whose team stands in `schema/ownership.ts`. Apollo's composition would accept a second owner marked `@shareable`.
 * `schema/decisions/one-owner-per-field.md` says why and what is let through. Reads syntax only; federation's
 * directives are known by their own names.
 */

import {
  Kind,
  parse,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { placeOfNode, type SchemaProblem } from './schema-problem.ts';

export interface ParsedSubgraph {
  readonly name: string;
  readonly file: string;
  readonly document: DocumentNode;
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/** One subgraph's word on one field. */
interface Declaration {
  readonly subgraph: string;
  readonly type: string;
  readonly field: FieldDefinitionNode;
  readonly isExternal: boolean;
  readonly isShareable: boolean;
  /** The subgraph that this one takes the field over from, by `@override(from:)`. */
  readonly overrides: string | undefined;
}

const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);
/** What the subgraph specification puts into every subgraph. Some libraries print it in `_service { sdl }` too. */
const OF_EVERY_SUBGRAPH = new Set(['Query._entities', 'Query._service']);

/** `owners` are the names in `schema/ownership.ts`. Gives every problem, in the order of the files. */
export function checkOwners(
  subgraphs: readonly ParsedSubgraph[],
  owners: readonly string[],
): readonly SchemaProblem[] {
  const keys = keyFieldsByType(subgraphs);
  const declarations = subgraphs.flatMap((subgraph) => declarationsIn(subgraph));
  const owned = declarations.filter((declaration) => {
    const { type, field } = declaration;
    if (OF_EVERY_SUBGRAPH.has(coordinateOf(declaration))) return false;
    const keyFields = keys.get(type);
    return ROOT_TYPES.has(type) || (keyFields !== undefined && !keyFields.has(field.name.value));
  });
  const fields = Map.groupBy(owned, coordinateOf);
  return [...unknownSubgraphs(subgraphs, owners), ...[...fields.values()].flatMap(checkField)];
}

function checkField(declarations: readonly Declaration[]): readonly SchemaProblem[] {
  const overridden = new Set(declarations.map(({ overrides }) => overrides));
  const owning = declarations.filter(({ isExternal, subgraph }) => !isExternal && !overridden.has(subgraph));
  if (owning.length > 1) return owning.map((one) => problem(one, secondOwnerSentence(one, owning)));
  if (owning.length === 0) return declarations.map((one) => problem(one, noOwnerSentence(one)));
  const isRead = declarations.some(({ isExternal }) => isExternal);
  return owning
    .filter(({ isShareable }) => isShareable && !isRead)
    .map((one) => problem(one, idleShareSentence(one)));
}

function secondOwnerSentence(one: Declaration, owning: readonly Declaration[]): string {
  const others = owning.filter((other) => other !== one).map(({ subgraph }) => subgraph);
  return `${coordinateOf(one)} has ${owning.length} owners: ${one.subgraph} here, and ${others.join(' and ')}. One must give it up, or read it with @external.`;
}

function noOwnerSentence(one: Declaration): string {
  return `${coordinateOf(one)} has no owner: ${one.subgraph} reads it with @external, but no subgraph resolves it.`;
}

function idleShareSentence(one: Declaration): string {
  return `${coordinateOf(one)} is @shareable, but no other subgraph reads it with @external: it would let in a second owner.`;
}

function unknownSubgraphs(
  subgraphs: readonly ParsedSubgraph[],
  owners: readonly string[],
): readonly SchemaProblem[] {
  return subgraphs
    .filter(({ name }) => !owners.includes(name))
    .map(({ name, file }) => ({
      place: { file, line: 1, column: 1 },
      says: `Nobody owns the fields of ${name}: it has no entry in schema/ownership.ts.`,
    }));
}

function declarationsIn({ name, document }: ParsedSubgraph): readonly Declaration[] {
  return objectNodes(document).flatMap((node) =>
    (node.fields ?? []).map((field): Declaration => {
      const marks = [...(node.directives ?? []), ...(field.directives ?? [])];
      const override = field.directives?.find((directive) => directive.name.value === 'override');
      return {
        subgraph: name,
        type: node.name.value,
        field,
        isExternal: marks.some((directive) => directive.name.value === 'external'),
        isShareable: marks.some((directive) => directive.name.value === 'shareable'),
        overrides: override === undefined ? undefined : textArgument(override, 'from'),
      };
    }),
  );
}

/** By type with a key: the fields that its keys are made of. They stand in every subgraph that refers to the type. */
export function keyFieldsByType(
  subgraphs: readonly ParsedSubgraph[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const fields = new Map<string, Set<string>>();
  for (const node of subgraphs.flatMap(({ document }) => objectNodes(document))) {
    for (const directive of node.directives ?? []) {
      if (directive.name.value !== 'key') continue;
      const known = fields.get(node.name.value) ?? new Set();
      for (const field of topLevelFields(textArgument(directive, 'fields'))) known.add(field);
      fields.set(node.name.value, known);
    }
  }
  return fields;
}

function topLevelFields(fieldSet: string | undefined): readonly string[] {
  try {
    const names: string[] = [];
    visit(parse(`{ ${fieldSet} }`), {
      Field(node) {
        names.push(node.name.value);
        // What is selected below belongs to another type.
        return false;
      },
    });
    return names;
  } catch {
    // Composition itself refuses the field set, and points to it.
    return [];
  }
}

function objectNodes(document: DocumentNode): readonly ObjectNode[] {
  return document.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
  );
}

function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function coordinateOf({ type, field }: Declaration): string {
  return `${type}.${field.name.value}`;
}

function problem(one: Declaration, says: string): SchemaProblem {
  // A comment or description belongs to the field for a reader, but the place to mend is its name.
  const place = placeOfNode(one.field.name);
  return { place: place ?? { file: one.subgraph, line: 1, column: 1 }, coordinate: coordinateOf(one), says };
}
