/**
 * An operation with variables in the place of its literals, so that all texts that differ in nothing else are one
 * operation. Only where a literal and a variable mean the same: strings and numbers of the types that GraphQL itself
 * defines. Knows no request and no plan.
 */

import {
  getOperationAST,
  GraphQLID,
  GraphQLInt,
  Kind,
  OperationTypeNode,
  parse,
  print,
  specifiedScalarTypes,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type NamedTypeNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';

import { losesDigits } from '../base/exact-json.ts';
import type { JsonObject } from '../base/is-record.ts';
import { readString } from './scan-literals.ts';

export interface LiftedOperation {
  readonly text: string;
  /** The text, parsed; valid. */
  readonly document: DocumentNode;
  /**
   * The variables that say what the literals say; undefined where these cannot stand in the places of those that the
   * operation was made of.
   */
  readonly valuesOf: (literals: readonly string[]) => JsonObject | undefined;
}

interface Slot {
  readonly name: string;
  /** The name of its type; undefined for a literal that stays. */
  readonly type: string | undefined;
}

/**
 * `literals` are those of the document's text. Undefined for what is no query, or more than one, and where nothing can
 * be lifted. The document must be valid.
 */
export function liftLiterals(
  document: DocumentNode,
  literals: readonly string[],
  schema: GraphQLSchema,
): LiftedOperation | undefined {
  // A change that is asked again must be the same to its subgraph, whichever gateway it comes by.
  if (getOperationAST(document)?.operation !== OperationTypeNode.QUERY) return undefined;
  const slots: Slot[] = [];
  const lifted = replaceLiterals(document, slots, { schema, prefix: freePrefix(document) });
  const definitions = slots.flatMap(definitionOf);
  if (slots.length !== literals.length || definitions.length === 0) return undefined;
  const text = print({
    ...lifted,
    definitions: lifted.definitions.map((each) =>
      each.kind === Kind.OPERATION_DEFINITION
        ? { ...each, variableDefinitions: [...(each.variableDefinitions ?? []), ...definitions] }
        : each,
    ),
  });
  const parsed = parse(text, { noLocation: true });
  // Two fields of one name may have had the same literal twice.
  if (validate(schema, parsed).length > 0) return undefined;
  // Of those that went into variables nothing is kept: they may be large, and are somebody's.
  const staying = literals.map((literal, index) => (slots[index]?.type === undefined ? literal : undefined));
  return { text, document: parsed, valuesOf: (others) => valuesOf(slots, staying, others) };
}

/** Notes what stood where, in the order of the text. */
function replaceLiterals(
  document: DocumentNode,
  slots: Slot[],
  { schema, prefix }: { readonly schema: GraphQLSchema; readonly prefix: string },
): DocumentNode {
  const types = new TypeInfo(schema);
  let fixed = 0;
  // What directives and defaults say may be meant for the gateway.
  const fix = { enter: () => void (fixed += 1), leave: () => void (fixed -= 1) };
  const replace = (): VariableNode | undefined => {
    const type = fixed > 0 ? undefined : typeAt(types);
    const name = `${prefix}${slots.length}`;
    slots.push({ name, type });
    return type === undefined ? undefined : variableOf(name);
  };
  return visit(
    document,
    visitWithTypeInfo(types, {
      Directive: fix,
      VariableDefinition: fix,
      IntValue: replace,
      FloatValue: replace,
      StringValue: replace,
    }),
  );
}

/** Of the variable that may stand there; undefined where none may. */
function typeAt(types: TypeInfo): string | undefined {
  const name = String(types.getInputType()).replace(/!$/, '');
  // What others say of a value of their own scalar would name a variable that the client does not know.
  return specifiedScalarTypes.some((type) => type.name === name) ? name : undefined;
}

/** For variables of which the document has none. */
function freePrefix(document: DocumentNode): string {
  const names: string[] = [];
  visit(document, { Variable: ({ name }) => void names.push(name.value) });
  let prefix = 'literal';
  while (names.some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

function variableOf(name: string): VariableNode {
  return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
}

function definitionOf({ name, type }: Slot): readonly VariableDefinitionNode[] {
  if (type === undefined) return [];
  const named: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } };
  return [
    {
      kind: Kind.VARIABLE_DEFINITION,
      variable: variableOf(name),
      type: { kind: Kind.NON_NULL_TYPE, type: named },
    },
  ];
}

function valuesOf(
  slots: readonly Slot[],
  staying: readonly (string | undefined)[],
  literals: readonly string[],
): JsonObject | undefined {
  if (literals.length !== slots.length) return undefined;
  const values: Record<string, unknown> = {};
  for (const [index, { name, type }] of slots.entries()) {
    const literal = literals[index] ?? '';
    if (type === undefined) {
      if (literal !== staying[index]) return undefined;
      continue;
    }
    const value = valueOf(literal, type);
    if (value === undefined) return undefined;
    values[name] = value;
  }
  return values;
}

/** As JSON; undefined where that would not be the same. */
function valueOf(literal: string, type: string): string | number | undefined {
  if (literal.startsWith('"')) return readString(literal);
  if (type === GraphQLID.name) return literal;
  const value = Number(literal);
  if (Object.is(value, -0) || losesDigits(value, literal)) return undefined;
  return type === GraphQLInt.name && value !== (value | 0) ? undefined : value;
}
