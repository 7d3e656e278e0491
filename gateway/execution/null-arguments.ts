/**
 * Fields of which an argument is null where none may be. A variable may be null by its own type where it or its place
 * has a default (GraphQL, 5.8.5), and a client may give null all the same: that is the client's error at each such
 * field (6.4.1), and nobody is asked for it. Knows no plan and no data.
 */

import {
  isNonNullType,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';

import type { RestrictedOperation } from '../access/create-access.ts';
import { plannablePart } from '../access/plannable-part.ts';
import { markRefused, refusalsOf, type Refusal } from '../access/refusal.ts';
import type { JsonObject } from '../base/is-record.ts';

/** The variables that stand where no null may and could be null by their own types, sorted. The document is valid. */
export function loosePlacedVariables(document: DocumentNode, schema: GraphQLSchema): readonly string[] {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const loose = new Set(
    operations
      .flatMap(({ variableDefinitions = [] }) => variableDefinitions)
      .filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE)
      .map(({ variable }) => variable.name.value),
  );
  if (loose.size === 0) return [];
  const needed = placesOfNoNull(document, schema).map(({ variable }) => variable);
  return [...new Set(needed)].filter((name) => loose.has(name)).sort();
}

/** The values are coerced. */
export function refuseNulls(
  asked: RestrictedOperation,
  values: JsonObject,
  schema: GraphQLSchema,
): RestrictedOperation {
  if (asked.isRefusedWhole) return asked;
  const wrong = placesOfNoNull(asked.document, schema).filter(({ variable }) => values[variable] === null);
  if (wrong.length === 0) return asked;
  const ofEvents = wrong.filter(({ parent }) => parent === schema.getSubscriptionType()?.name);
  if (ofEvents.length > 0) {
    const refusals = ofEvents.map((each) => ({ ...refusalOf(each), below: [keyOf(each.node)] }));
    return { ...asked, refusals, isRefusedWhole: true };
  }
  const refused = new Map(wrong.map((each) => [each.node, refusalOf(each)]));
  const document: DocumentNode = visit(asked.document, {
    Field(node) {
      const refusal = refusalsOf(node) === undefined ? refused.get(node) : undefined;
      return refusal === undefined ? undefined : markRefused(node, [refusal]);
    },
  });
  const open = plannablePart(document);
  return { ...asked, document, open, text: print(open), refusals: [...asked.refusals, ...refused.values()] };
}

interface PlaceOfNoNull {
  readonly node: FieldNode;
  readonly parent: string;
  readonly argument: string;
  readonly variable: string;
}

/** The variables in arguments of fields that must not be null there; introspection judges its own. */
function placesOfNoNull(document: DocumentNode, schema: GraphQLSchema): readonly PlaceOfNoNull[] {
  const found: PlaceOfNoNull[] = [];
  const info = new TypeInfo(schema);
  let node: FieldNode | undefined;
  const visitor = visitWithTypeInfo(info, {
    VariableDefinition: () => false,
    Directive: () => false,
    Field(each) {
      node = each;
    },
    Variable({ name: { value: variable } }) {
      const [parent, argument] = [info.getParentType()?.name, info.getArgument()?.name];
      if (parent === undefined || argument === undefined || node === undefined) return;
      const isOurs = !node.name.value.startsWith('__');
      if (isOurs && isNonNullType(info.getInputType())) found.push({ node, parent, argument, variable });
    },
  });
  visit(document, visitor);
  return found;
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function refusalOf({ node, parent, argument, variable }: PlaceOfNoNull): Refusal {
  const rule = `The variable $${variable} is null, which the argument must not be.`;
  return { field: `${parent}.${node.name.value}`, rule, argument, subgraph: undefined, below: [] };
}
