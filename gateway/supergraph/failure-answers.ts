/**
 * What the owner of a field says that its failure means (`@onFailure` of our own spec): null with an error, which is
 * the rule, the failure of the whole answer, or the last good value. Read from an SDL and checked; knows no operation.
 */

import {
  isLeafType,
  isObjectType,
  getNamedType,
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';

const SPEC = 'https://tributary.example/spec/';
const DIRECTIVE = '@onFailure';
const OBJECTS: ReadonlySet<string> = new Set([Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION]);
const INTERFACES: ReadonlySet<string> = new Set([
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_EXTENSION,
]);
const ANSWERS = ['NULL', 'FAIL', 'LAST_GOOD'] as const;

export type FailureAnswer =
  { readonly answer: 'NULL' | 'FAIL' } | { readonly answer: 'LAST_GOOD'; readonly maxAgeSeconds: number };

/** A declaration as it stands in an SDL. */
export interface DeclaredAnswer {
  readonly type: string;
  readonly isOfInterface: boolean;
  readonly node: FieldDefinitionNode;
  readonly answer: string | undefined;
  readonly maxAgeSeconds: number | undefined;
}

type FieldsNode =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

/** In the order of the SDL, whether they make sense or not; none where the spec is not linked. */
export function declaredAnswers(document: DocumentNode): readonly DeclaredAnswer[] {
  const name = importedName(document);
  if (name === undefined) return [];
  return nodesWithFields(document).flatMap((type) =>
    (type.fields ?? []).flatMap((node): readonly DeclaredAnswer[] => {
      const directive = node.directives?.find((each) => each.name.value === name);
      if (directive === undefined) return [];
      const answer = valueOf(directive, 'answer');
      const maxAge = valueOf(directive, 'maxAgeSeconds');
      const maxAgeSeconds = maxAge === undefined ? undefined : Number(maxAge);
      const isOfInterface = INTERFACES.has(type.kind);
      return [{ type: type.name.value, isOfInterface, node, answer, maxAgeSeconds }];
    }),
  );
}

export interface FieldFacts {
  readonly isRootOf: 'query' | 'mutation' | 'subscription' | undefined;
  /** Of the type; empty where it has none. */
  readonly keyFields: ReadonlySet<string>;
  readonly isLeaf: boolean;
}

/** Why the declaration cannot be honoured, in the half of a sentence that follows the field's name. */
export function problemOf(declared: DeclaredAnswer, facts: FieldFacts): string | undefined {
  const { answer, maxAgeSeconds, node } = declared;
  if (!ANSWERS.some((known) => known === answer)) return `must be one of ${ANSWERS.join(', ')}`;
  if (declared.isOfInterface) return 'counts on the fields of objects, not of interfaces';
  if (facts.keyFields.has(node.name.value)) return 'makes no sense on a key, by which others know the object';
  if (answer !== 'LAST_GOOD') {
    if (maxAgeSeconds !== undefined) return 'has no use for maxAgeSeconds unless the answer is LAST_GOOD';
    const isWrite = facts.isRootOf === 'mutation' || facts.isRootOf === 'subscription';
    if (isWrite && answer === 'FAIL') return `cannot be FAIL on a field of a ${facts.isRootOf}`;
    return undefined;
  }
  if (facts.isRootOf !== undefined) return `cannot be LAST_GOOD on a field of a ${facts.isRootOf}`;
  if (maxAgeSeconds === undefined || !Number.isInteger(maxAgeSeconds) || maxAgeSeconds < 1)
    return 'needs maxAgeSeconds, a whole number of at least 1, where the answer is LAST_GOOD';
  if (facts.keyFields.size === 0) return 'cannot be LAST_GOOD on a type without a key: values are kept by it';
  if (!facts.isLeaf) return 'cannot be LAST_GOOD on a field that gives objects; mark their fields';
  if ((node.arguments ?? []).length > 0) return 'cannot be LAST_GOOD on a field with arguments';
  return undefined;
}

/** What the gateway needs to know of a supergraph. */
export interface FailureAnswers {
  readonly of: (type: string, field: string) => FailureAnswer | undefined;
  /** The fields of a key of the type, none of which is an object. */
  readonly keyOf: (type: string) => readonly string[];
}

/** Undefined where the supergraph declares none. A declaration that makes no sense counts as none; composition refuses it. */
export function readFailureAnswers(
  document: DocumentNode,
  schema: GraphQLSchema,
): FailureAnswers | undefined {
  const keys = keysByType(document);
  const answers = new Map<string, FailureAnswer>();
  for (const declared of declaredAnswers(document)) {
    const type = schema.getType(declared.type);
    const field = isObjectType(type) ? type.getFields()[declared.node.name.value] : undefined;
    const root = (['query', 'mutation', 'subscription'] as const).find(
      (operation) => operationType(schema, operation) === declared.type,
    );
    const facts = {
      isRootOf: root,
      keyFields: new Set(keys.get(declared.type)),
      isLeaf: field !== undefined && isLeafType(getNamedType(field.type)),
    };
    if (problemOf(declared, facts) !== undefined) continue;
    const { answer, maxAgeSeconds = 0 } = declared;
    const coordinate = `${declared.type}.${declared.node.name.value}`;
    if (answer === 'LAST_GOOD') answers.set(coordinate, { answer, maxAgeSeconds });
    else answers.set(coordinate, { answer: answer === 'FAIL' ? 'FAIL' : 'NULL' });
  }
  if (![...answers.values()].some(({ answer }) => answer !== 'NULL')) return undefined;
  return { of: (type, field) => answers.get(`${type}.${field}`), keyOf: (type) => keys.get(type) ?? [] };
}

function operationType(
  schema: GraphQLSchema,
  operation: 'query' | 'mutation' | 'subscription',
): string | undefined {
  if (operation === 'query') return schema.getQueryType()?.name;
  return (operation === 'mutation' ? schema.getMutationType() : schema.getSubscriptionType())?.name;
}

/** The first key of each type that is made of plain names. */
function keysByType(document: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  for (const { name, directives = [] } of nodesWithFields(document)) {
    const fields = directives
      .filter((directive) => directive.name.value === 'join__type')
      .map((directive) => valueOf(directive, 'key')?.trim())
      .find((key) => key !== undefined && /^\w+(\s+\w+)*$/.test(key));
    if (fields !== undefined) keys.set(name.value, fields.split(/\s+/));
  }
  return keys;
}

function nodesWithFields(document: DocumentNode): readonly FieldsNode[] {
  return document.definitions.filter((node) => isFieldsNode(node));
}

function isFieldsNode(node: DefinitionNode): node is FieldsNode {
  return INTERFACES.has(node.kind) || OBJECTS.has(node.kind);
}

/** The name under which the SDL imports the directive, without the sign. */
function importedName(document: DocumentNode): string | undefined {
  const links = document.definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => node.directives ?? [])
    .filter((each) => each.name.value === 'link' && valueOf(each, 'url')?.startsWith(SPEC) === true);
  for (const link of links) {
    const imports = link.arguments?.find(({ name }) => name.value === 'import')?.value;
    if (imports?.kind !== Kind.LIST) continue;
    for (const each of imports.values) {
      if (each.kind === Kind.STRING && each.value === DIRECTIVE) return DIRECTIVE.slice(1);
      if (each.kind !== Kind.OBJECT) continue;
      const given = new Map(
        each.fields.map(({ name, value }) => [name.value, 'value' in value ? value.value : '']),
      );
      if (given.get('name') === DIRECTIVE) return String(given.get('as') ?? DIRECTIVE).slice(1);
    }
  }
  return undefined;
}

function valueOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value !== undefined && 'value' in value ? String(value.value) : undefined;
}
