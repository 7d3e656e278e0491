/**
 * Several operations that came in one request: each answered as if it had come alone, with a context of its own, and
 * all together held to what one may be. Knows no HTTP and not how one operation is answered.
 */

import { GatewayError } from '../base/gateway-error.ts';
import { isRecord } from '../base/is-record.ts';
import type { Config } from '../config/options.ts';
import { holdTo, limitExceeded } from '../operation/limit-exceeded.ts';
import { holdTogether } from '../operation/measure-batch.ts';
import { describeError } from '../telemetry/create-logger.ts';
import type { Account, Payer } from './account.ts';
import type { LazyContext, RequestContext } from './request-context.ts';
import { shapeGatewayError } from './shape-error.ts';

export interface BatchParts {
  readonly batching: Config['batching'];
  readonly limits: Config['limits'];
  /** Undefined where nobody counts; the request itself has been counted as one. */
  readonly account: Account | undefined;
  /** JSON. What it rejects with becomes the error of this operation alone. */
  readonly answerOne: (operation: unknown, context: RequestContext) => Promise<string>;
}

/** A JSON list of answers, in the order of the operations. Rejects where nothing of it is answered. */
export async function answerBatch(
  operations: readonly unknown[],
  context: LazyContext,
  parts: BatchParts,
): Promise<string> {
  holdBatch(operations, context, parts);
  await parts.account?.charge('requests', operations.length - 1);
  const payer = new SharedPayer(parts);
  let bytes = 0;
  const answer = async (operation: unknown) => {
    const own = context.forOperation(payer);
    const text = await answerAlone(operation, own, parts);
    context.outcome.add(own.outcome);
    bytes += Buffer.byteLength(text);
    const { maxAnswerBytes } = parts.limits;
    return bytes <= maxAnswerBytes
      ? text
      : refusal(limitExceeded('maxAnswerBytes', bytes, maxAnswerBytes), context);
  };
  const answers = operations.some(mayChange)
    ? await oneAfterAnother(operations, answer)
    : await Promise.all(operations.map(answer));
  return `[${answers.join(',')}]\n`;
}

function holdBatch(
  operations: readonly unknown[],
  { idempotencyKey }: RequestContext,
  { batching, limits }: BatchParts,
): void {
  if (!batching.enabled)
    throw refused('A list of operations is not taken here: send each operation in a request of its own.');
  if (operations.length === 0) throw refused('The list of operations is empty.');
  holdTo('batching.maxOperations', operations.length, batching.maxOperations);
  // One key for several changes would make one of them of two that are equal.
  if (idempotencyKey !== undefined)
    throw refused(
      'In a list each operation has a key of its own, as idempotencyKey in its extensions.',
      'Idempotency-Key',
    );
  holdTogether(operations.flatMap(textOf), limits);
}

function refused(reason: string, argument?: string): GatewayError {
  return new GatewayError('BAD_REQUEST', { reason, ...(argument === undefined ? {} : { argument }) });
}

function textOf(operation: unknown): string | readonly [] {
  const text = isRecord(operation) ? operation['query'] : undefined;
  return typeof text === 'string' ? text : [];
}

/** Whether it may be a mutation. One that is named without its text may; and a text without the word is none. */
function mayChange(operation: unknown): boolean {
  const text = textOf(operation);
  return typeof text !== 'string' || text.includes('mutation');
}

async function oneAfterAnother(
  operations: readonly unknown[],
  answer: (operation: unknown) => Promise<string>,
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const operation of operations) answers.push(await answer(operation));
  return answers;
}

async function answerAlone(
  operation: unknown,
  context: RequestContext,
  { answerOne }: BatchParts,
): Promise<string> {
  try {
    return (await answerOne(operation, context)).trimEnd();
  } catch (error) {
    return refusal(error, context);
  }
}

function refusal(thrown: unknown, { requestId, outcome, log }: RequestContext): string {
  const error = thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL', {}, thrown);
  outcome.failed(error.code, error.facts.subgraph);
  if (error.code === 'INTERNAL')
    log.error({ cause: describeError(thrown) }, 'request failed inside the gateway');
  return JSON.stringify({ errors: [shapeGatewayError(error, requestId)] });
}

/** Together they may cost what one may. */
class SharedPayer implements Payer {
  readonly #maxCost: number;
  readonly #account: Account | undefined;
  #spent = 0;

  constructor({ limits, account }: BatchParts) {
    this.#maxCost = limits.maxCost;
    this.#account = account;
  }

  chargeCost(cost: number): Promise<void> | undefined {
    holdTo('maxCost', this.#spent + cost, this.#maxCost);
    this.#spent += cost;
    return this.#account?.chargeCost(cost);
  }
}
