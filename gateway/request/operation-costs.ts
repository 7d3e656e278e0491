/**
 * What operations of one supergraph cost, held to the limit before they run and told with the answer to those who ask
 * for it. Compiled once for each operation. Knows no HTTP.
 */

import type { ApolloServerPlugin } from '@apollo/server';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { Config } from '../config/options.ts';
import { answerable } from '../execution/answerable.ts';
import type { PreparedOperation } from '../execution/prepared-operations.ts';
import { compileCost, type OperationCost } from '../operation/compile-cost.ts';
import type { CostWeights } from '../operation/cost-weights.ts';
import { holdTo } from '../operation/limit-exceeded.ts';
import { chargeCost } from './charge-cost.ts';
import type { RequestContext } from './request-context.ts';

export interface AskedCost {
  readonly operationName: string | undefined;
  readonly variables: JsonObject;
}

type CostOptions = Pick<Config['limits'], 'maxCost' | 'defaultListSize'>;

export class OperationCosts {
  readonly #weights: CostWeights;
  readonly #options: CostOptions;
  readonly #ofDocuments = new WeakMap<DocumentNode, Map<string | undefined, OperationCost | undefined>>();
  readonly #ofPrepared = new WeakMap<PreparedOperation, OperationCost | undefined>();
  #schema: GraphQLSchema | undefined;

  constructor(weights: CostWeights, options: CostOptions) {
    this.#weights = weights;
    this.#options = options;
  }

  /** What clients see; before anything is asked. */
  useSchema(schema: GraphQLSchema): void {
    this.#schema = schema;
  }

  /** Throws LIMIT_EXCEEDED, or GRAPHQL_VALIDATION_FAILED where the size of a list must be said and is not. */
  hold(document: DocumentNode, { operationName, variables }: AskedCost, { outcome }: RequestContext): void {
    outcome.cost = this.#holdTo(this.#of(document, operationName), variables);
  }

  /** Whether an operation that has been here before, of which only the text is at hand, costs no more than it may. */
  allowPrepared(
    operation: PreparedOperation,
    text: string,
    { operationName, variables }: AskedCost,
    { outcome }: RequestContext,
  ): boolean {
    if (!this.#ofPrepared.has(operation))
      this.#ofPrepared.set(operation, this.#compile(parse(text, { noLocation: true }), operationName));
    try {
      outcome.cost = this.#holdTo(this.#ofPrepared.get(operation), variables);
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  /** What the answer did cost. */
  actual(document: DocumentNode, { operationName, variables }: AskedCost, data: unknown): number | undefined {
    return this.#of(document, operationName)?.actual(data, variables);
  }

  #of(document: DocumentNode, operationName: string | undefined): OperationCost | undefined {
    const known = this.#ofDocuments.get(document) ?? new Map<string | undefined, OperationCost | undefined>();
    this.#ofDocuments.set(document, known);
    if (!known.has(operationName)) known.set(operationName, this.#compile(document, operationName));
    return known.get(operationName);
  }

  #compile(document: DocumentNode, operationName: string | undefined): OperationCost | undefined {
    if (this.#schema === undefined) return undefined;
    const { defaultListSize } = this.#options;
    return compileCost(document, operationName, {
      schema: this.#schema,
      weights: this.#weights,
      defaultListSize,
    });
  }

  #holdTo(cost: OperationCost | undefined, variables: JsonObject): number | undefined {
    const estimated = cost?.estimate(variables);
    if (estimated !== undefined) holdTo('maxCost', estimated, this.#options.maxCost);
    return estimated;
  }
}

/** Holds what goes the long way, and tells the costs where the request wants to know them. */
export function costPlugin(
  costs: OperationCosts,
  { maxCost }: CostOptions,
): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveOperation({ document, operationName, request, contextValue }) {
          try {
            costs.hold(document, askedOf(operationName, request), contextValue);
            await chargeCost(contextValue);
          } catch (error) {
            throw answerable(error);
          }
        },
        willSendResponse({ document, operationName, request, response: { body }, contextValue }) {
          const { reportsCost, outcome } = contextValue;
          if (reportsCost && document !== undefined && outcome.cost !== undefined && body.kind === 'single') {
            const actual = costs.actual(document, askedOf(operationName, request), body.singleResult.data);
            const cost = { estimated: outcome.cost, actual, maximum: maxCost };
            body.singleResult.extensions = { ...body.singleResult.extensions, cost };
          }
          return Promise.resolve();
        },
      }),
  };
}

function askedOf(
  operationName: string | null | undefined,
  { variables = {} }: { readonly variables?: JsonObject },
): AskedCost {
  return { operationName: operationName ?? undefined, variables };
}
