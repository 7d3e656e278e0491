/**
 * What documents are held to beside the rules that graphql-js knows. Knows no request.
 */

import {
  GraphQLError,
  isInputObjectType,
  isNonNullType,
  Kind,
  type ASTVisitor,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

import { DEFER_RULES } from './defer-rules.ts';

/**
 * The one field that is given must not be null, so a variable in it must be of a type that cannot be (GraphQL, 5.8.5).
 * graphql-js 16.15 looks at it only where the input itself may be null, which it tells first.
 */
function OneOfVariablesRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
        if (!isNonNullType(parentType) || !isOneOf(parentType.ofType)) continue;
        const name = node.name.value;
        const definition = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
        if (definition === undefined || definition.type.kind === Kind.NON_NULL_TYPE) continue;
        const message = `Variable "$${name}" must be of a type that cannot be null, as the only field of "${String(parentType.ofType)}".`;
        context.reportError(new GraphQLError(message, { nodes: [definition, node] }));
      }
    },
  };
}

function isOneOf(type: unknown): boolean {
  return isInputObjectType(type) && type.isOneOf;
}

export const ADDED_RULES: readonly ValidationRule[] = [...DEFER_RULES, OneOfVariablesRule];
