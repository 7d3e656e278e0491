/**
 * The second engine with fields refused, or wrong by themselves, before it plans: it gets the operation without them,
 * and what it answers is completed with their nulls and errors. Knows no fetch.
 */

import { createHash } from 'node:crypto';

import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import {
  getOperationAST,
  GraphQLError,
  isAbstractType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { Access, RestrictedOperation } from '../access/create-access.ts';
import { isRecord } from '../base/is-record.ts';
import { conditionVariables, withConditions } from '../planning/fixed-conditions.ts';
import { ownDocument } from '../planning/own-document.ts';
import { TYPE_NAME } from '../planning/planned-selections.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { compileCoercion } from './compile-coercion.ts';
import { rootSet } from './compile-operation.ts';
import { withoutDefer } from './defer-directive.ts';
import { graphqlErrorOf } from './graphql-error-of.ts';
import { loosePlacedVariables, refuseNulls } from './null-arguments.ts';
import { refusedFailures, wholeRefusal } from './refused-fields.ts';
import { shapeResponse } from './shape-response.ts';
import { variableRefusal } from './variable-refusal.ts';

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;
type Request = Parameters<Executor>[0];

/** `schema` is what clients see. */
export function restrictExecutor(run: Executor, access: Access, schema: GraphQLSchema): Executor {
  return async (request) => {
    const operationName = request.request.operationName ?? undefined;
    const document = ownDocument(request.document, operationName);
    // The context value is what our own request stage made; the interface types it as any record.
    const { principal } = request.context as unknown as CallContext;
    const unmet = access.unmetBy(principal, access.demandsOf(document, schema));
    if (unmet.length + loosePlacedVariables(document, schema).length === 0) return run(request);
    const variables = isRecord(request.request.variables) ? request.request.variables : {};
    const conditions = conditionVariables(document);
    const { coerced, errors } = compileCoercion(document, operationName, { schema, conditions })(variables);
    if (errors !== undefined) return { errors: errors.map(variableRefusal) };
    const fixed = withConditions({ document: withoutDefer(document), text: request.source }, coerced);
    const restricted = refuseNulls(
      access.restrict({ ...fixed, operationName }, unmet, schema),
      coerced,
      schema,
    );
    if (restricted.isRefusedWhole) return { errors: restricted.refusals.map(wholeRefusal) };
    if (restricted.refusals.length === 0) return run(request);
    if (namesOtherAsType(document)) return { errors: [aliasInTheWay()] };
    const result = await run(requestFor(restricted, request, schema));
    return withNulls(result, { restricted, operationName, schema });
  };
}

function requestFor({ text }: RestrictedOperation, request: Request, schema: GraphQLSchema): Request {
  const document = withTypeNames(parse(text), schema);
  const operation = getOperationAST(document, request.request.operationName) ?? request.operation;
  // Under the client's own hash it would find the plan of somebody who may see all.
  const queryHash = createHash('sha256').update(text).digest('hex');
  const inner = { ...request.request, query: text };
  return { ...request, document, operation, source: text, queryHash, request: inner };
}

interface Completion {
  readonly restricted: RestrictedOperation;
  readonly operationName: string | undefined;
  readonly schema: GraphQLSchema;
}

function withNulls(
  result: GatewayExecutionResult,
  { restricted: { document }, operationName, schema }: Completion,
): GatewayExecutionResult {
  const definition = getOperationAST(document, operationName);
  const rootType = definition == null ? undefined : schema.getRootType(definition.operation);
  const root: unknown = result.data;
  if (definition == null || rootType == null || !isRecord(root)) return result;
  const shape = { schema, rootType, sets: [rootSet(document, definition)] };
  const { data, refused } = shapeResponse(shape, { ...root });
  const failures = refusedFailures(refused, (key) => key);
  const errors = [...(result.errors ?? []), ...failures.map(graphqlErrorOf)];
  return { data, ...(errors.length === 0 ? {} : { errors }) };
}

/** What an object is decides what is refused of it, so each must say it. */
function withTypeNames(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      SelectionSet(set) {
        if (!isAbstractType(info.getParentType())) return undefined;
        return { ...set, selections: [TYPE_NAME, ...set.selections] };
      },
    }),
  );
}

function namesOtherAsType(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ alias, name }) {
      found ||= alias?.value === TYPE_NAME.name.value && name.value !== TYPE_NAME.name.value;
    },
  });
  return found;
}

function aliasInTheWay(): GraphQLError {
  const { status } = ERRORS.BAD_REQUEST;
  return new GraphQLError(
    'Fields of this operation are refused, and it gives the name "__typename" to another field, so it is not run.',
    { extensions: { code: 'BAD_REQUEST', http: { status } } },
  );
}
