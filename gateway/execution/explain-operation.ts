/**
 * An operation explained instead of run: the plan that it would be run by for whoever asks, and what of it they may not
 * see. Goes the way of an operation that is run, up to the plan. Asks no subgraph and keeps nothing.
 */

import { print, type GraphQLError, type GraphQLSchema } from 'graphql';

import type { Access } from '../access/create-access.ts';
import type { ExplainedOperation } from '../base/operation-report.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { DecideOverrides } from '../planning/decide-overrides.ts';
import { describePlan } from '../planning/describe-plan.ts';
import { conditionVariables, withConditions } from '../planning/fixed-conditions.ts';
import { ownDocument } from '../planning/own-document.ts';
import type { Planning } from '../planning/start-planning.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { answerable } from './answerable.ts';
import { compileCoercion } from './compile-coercion.ts';
import { withoutDefer } from './defer-directive.ts';
import { deferredDocument } from './defer-document.ts';
import type { DeferrableCall } from './deferred-answer.ts';
import { refuseNulls } from './null-arguments.ts';
import type { AskedOperation } from './prepared-operations.ts';
import { variableRefusal } from './variable-refusal.ts';

export interface ExplainParts {
  readonly planning: Planning;
  readonly access: Access;
  readonly decide: DecideOverrides;
}

/** A call that `explains` is not run. */
export interface ExplainableCall extends DeferrableCall {
  readonly explains?: boolean;
}

export interface OperationToExplain extends AskedOperation {
  readonly variables: JsonObject;
  readonly call: CallContext;
}

export type Explanation =
  | { readonly explained: ExplainedOperation; readonly errors?: never }
  | { readonly explained?: never; readonly errors: readonly GraphQLError[] };

/** Rejects as running it would: it cannot be planned, or not within what one operation may use. */
export async function explainOperation(
  { planning, access, decide }: ExplainParts,
  { document: given, operationName, variables, call }: OperationToExplain,
): Promise<Explanation> {
  const document = ownDocument(given, operationName);
  const { apiSchema: schema, labelsOf } = planning;
  const { coerced, errors } = coerce({ document, operationName, variables }, schema);
  if (errors !== undefined) return { errors: errors.map(variableRefusal) };
  const unmet = access.unmetBy(call.principal, access.demandsOf(document, schema));
  // Where a field is refused the answer comes whole.
  const inParts = unmet.length === 0 ? deferredDocument(document, operationName, coerced) : undefined;
  const whole = inParts?.document ?? withoutDefer(document);
  const asked = { ...withConditions({ document: whole, text: print(whole) }, coerced), operationName };
  const restricted = refuseNulls(access.restrict(asked, unmet, schema), coerced, schema);
  const refused = restricted.refusals.map(({ field, rule, subgraph }) => ({ field, rule, subgraph }));
  if (restricted.isRefusedWhole)
    return { explained: { text: '', step: undefined, refused, isRefusedWhole: true } };
  const overrides = decide(call, labelsOf(document));
  const { plan } = await planning
    .plan({ document: restricted.document, text: restricted.text, operationName, overrides })
    .catch((error: unknown) => {
      throw answerable(error);
    });
  // The planner's library is read only by whoever looks at a plan.
  const { printPlan } = await import('../planning/print-plan.ts');
  const step = describePlan(plan);
  const text = step === undefined ? '' : printPlan(plan);
  return { explained: { text, step, refused, isRefusedWhole: false } };
}

function coerce(
  { document, operationName, variables }: Omit<OperationToExplain, 'call' | 'text'>,
  schema: GraphQLSchema,
) {
  const conditions = conditionVariables(document);
  return compileCoercion(document, operationName, { schema, conditions })(variables);
}
