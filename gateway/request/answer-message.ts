/**
 * One operation of a live connection, asked as if it came by POST: the answer's text, the same as over HTTP, or a
 * subscription that is ready to begin. Knows no transport.
 */

import { HeaderMap } from '@apollo/server';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { PreparedSubscription } from '../execution/prepared-subscription.ts';
import type { Limits } from '../operation/create-limits.ts';
import { Attempt } from '../subscriptions/attempt.ts';
import { answerPrepared } from './answer-prepared.ts';
import type { Documents } from './create-documents.ts';
import { holdAnswerToLimit, holdRequestToLimits } from './hold-to-limits.ts';
import { runInRequest, type RequestContext } from './request-context.ts';
import type { Lease, Snapshots } from './snapshots.ts';

export interface MessageParts {
  readonly snapshots: Snapshots;
  readonly limits: Limits;
  readonly maxAnswerBytes: number;
  readonly documents: Documents;
}

export interface AskedMessage {
  /** What a request's body has; trusted in nothing. */
  readonly message: JsonObject;
  /** What the client calls itself, if it does. */
  readonly clientName: string | undefined;
}

export type AnsweredMessage =
  /** JSON, of which it is known whether it has data; without, nothing was run. */
  { readonly text: string; readonly hasData: boolean } | { readonly attempt: Attempt };

/** Throws GatewayError. */
export async function answerMessage(
  { snapshots, limits, maxAnswerBytes, documents }: MessageParts,
  { message: given, clientName }: AskedMessage,
  context: RequestContext,
): Promise<AnsweredMessage> {
  const message = await documents.resolve(given, { context, clientName });
  const lease = snapshots.enter();
  const subscribing: { prepared: PreparedSubscription | undefined } = { prepared: undefined };
  context.subscribing = subscribing;
  let isHeld = false;
  try {
    const text = await answer(lease, { limits, documents, message }, context);
    const { prepared } = subscribing;
    if (prepared !== undefined) {
      isHeld = true;
      return { attempt: new Attempt({ prepared, isCurrent: lease.isCurrent, leave: lease.leave }) };
    }
    holdAnswerToLimit(text, maxAnswerBytes);
    return { text: text.trimEnd(), hasData: hasData(text) };
  } finally {
    // A context may outlive the snapshot.
    context.subscribing = undefined;
    if (!isHeld) lease.leave();
  }
}

interface Asked {
  readonly limits: Limits;
  readonly documents: Documents;
  readonly message: JsonObject;
}

async function answer(
  { snapshot: { server, prepared, costs } }: Lease,
  { limits, documents, message }: Asked,
  context: RequestContext,
): Promise<string> {
  const short = await (prepared && answerPrepared({ prepared, costs, limits, documents }, message, context));
  if (short !== undefined) return String(short.text);
  holdRequestToLimits({ body: message, search: '' }, limits);
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', 'application/json'],
  ]);
  const { body } = await runInRequest(context, () =>
    server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, body: message, search: '' },
      context: () => Promise.resolve(context),
    }),
  );
  // The server library executes nothing itself here, so its answers are complete.
  if (body.kind !== 'complete') throw new Error('the answer is not complete');
  return body.string;
}

/** Without data, nothing was run; the keys stand in the order in which they are written. */
function hasData(text: string): boolean {
  if (text.startsWith('{"data":')) return true;
  const value: unknown = JSON.parse(text);
  return isRecord(value) && value['data'] !== undefined;
}
