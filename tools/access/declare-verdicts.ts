/**
 * What the rules say of every line, asker and object: each is asked by the shield of the running subgraphs, put before
 * fields that answer nothing but that they were reached. Knows no system's data.
 */

import {
  getNamedType,
  isObjectType,
  Kind,
  parse,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { SystemName } from '../../schema/ownership.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { limitsToOwn } from '../../subgraphs/kit/limits-to-own.ts';
import type { RuleContext } from '../../subgraphs/kit/rule.ts';
import { guardSchema } from '../../subgraphs/kit/shield.ts';
import { ASKERS, OWN_CUSTOMER, principalOf, worldsOf, type Asker, type Whose } from './asker.ts';
import { bareSchema, linesOf, type Policies, type PolicyLine } from './policy.ts';

/** `limited`: the rule lets in, and the field promises to find nothing that belongs to another. */
export type Declared = 'allowed' | 'denied' | 'limited';

export type DeclaredVerdicts = (
  line: Pick<PolicyLine, 'system' | 'place'>,
  asker: Asker,
  whose: Whose,
) => Declared;

const REACHED = 'reached';
const CUSTOMERS: Readonly<Record<Whose, string>> = {
  own: OWN_CUSTOMER,
  other: customerIdOf('somebody else'),
};

type Field = GraphQLField<unknown, RuleContext>;

/** Throws what stops the start of a subgraph with such a policy. */
export async function declareVerdicts(policies: Policies): Promise<DeclaredVerdicts> {
  const schemas = new Map<SystemName, GraphQLSchema>();
  const verdicts = new Map<string, Declared>();
  for (const line of linesOf(policies)) {
    const schema = schemas.get(line.system) ?? guarded(line.system, policies);
    schemas.set(line.system, schema);
    for (const asker of ASKERS)
      for (const whose of worldsOf(asker))
        verdicts.set(nameOf(line, asker, whose), await declare(schema, line, asker, whose));
  }
  return (line, asker, whose) => {
    const known = verdicts.get(nameOf(line, asker, whose));
    if (known === undefined) throw new Error(`${line.system} says nothing of ${line.place}`);
    return known;
  };
}

function nameOf({ system, place }: Pick<PolicyLine, 'system' | 'place'>, asker: Asker, whose: Whose): string {
  return `${system} ${place} ${asker} ${whose}`;
}

function guarded(system: SystemName, policies: Policies): GraphQLSchema {
  const schema = bareSchema(system);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) field.resolve = () => REACHED;
  }
  return guardSchema(schema, policies[system]);
}

async function declare(
  schema: GraphQLSchema,
  line: PolicyLine,
  asker: Asker,
  whose: Whose,
): Promise<Declared> {
  const principal = principalOf(asker);
  if (!(await isReached(schema, line, { principal }, CUSTOMERS[whose]))) return 'denied';
  return whose === 'other' && limitsToOwn(line.rule, principal) ? 'limited' : 'allowed';
}

async function isReached(
  schema: GraphQLSchema,
  { type: typeName, field: name }: PolicyLine,
  context: RuleContext,
  customerId: string,
): Promise<boolean> {
  const type = schema.getType(typeName);
  // Reason for the cast: graphql-js types all contexts as any.
  const field = isObjectType(type) ? (type.getFields()[name] as Field | undefined) : undefined;
  if (field?.resolve === undefined) throw new Error(`${typeName}.${name} is not in the schema`);
  const isMutation = typeName === 'Mutation';
  const given = isMutation ? { input: { customerId } } : {};
  // Rows carry both: a customer is its own, and what belongs to one names it.
  const parent = isMutation ? undefined : { id: customerId, customerId };
  try {
    return (await field.resolve(parent, given, context, infoOf(schema, field, given))) === REACHED;
  } catch {
    return false;
  }
}

/** As much as a guard reads. */
function infoOf(schema: GraphQLSchema, field: Field, variableValues: Readonly<Record<string, unknown>>) {
  const info = { schema, fragments: {}, variableValues, operation: operationOf(field) };
  // Reason for the cast: the shield reads no more of it.
  return info as unknown as GraphQLResolveInfo;
}

function operationOf(field: Field): OperationDefinitionNode {
  const given = field.args.map(({ name, type }) => ({ name, type: String(type) }));
  const variables = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const handed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const inner = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
  const call = given.length === 0 ? field.name : `${field.name}(${handed})`;
  const text = `mutation ${given.length === 0 ? '' : `(${variables})`} { ${call} ${inner} }`;
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('what was written is an operation');
  return definition;
}
