/**
 * A POST that holds a list of operations, and the list of their answers. Status and headers are the list's: what each
 * operation would have had alone is nobody's. Nothing of it may be kept by a cache, whatever is in it.
 */

import { HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import type { Limits } from '../operation/create-limits.ts';
import { answerBatch } from '../request/answer-batch.ts';
import { answerPrepared } from '../request/answer-prepared.ts';
import { holdAnswerToLimit, holdRequestToLimits } from '../request/hold-to-limits.ts';
import { runInRequest, type RequestContext } from '../request/request-context.ts';
import type { Documents } from '../request/create-documents.ts';
import type { Snapshot } from '../request/snapshot.ts';
import type { Snapshots } from '../request/snapshots.ts';
import { withNamedDocuments } from './named-document.ts';

export interface ListParts {
  readonly snapshots: Snapshots;
  readonly limits: Config['limits'];
  readonly batching: Config['batching'];
  readonly documents: Documents;
  /** The same limits, with what was measured already. */
  readonly measured: Limits;
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Rejects where nothing of the list is answered. */
export async function answerList(
  operations: readonly unknown[],
  { snapshots, limits, batching, measured, documents }: ListParts,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  const { visit, headers } = request;
  const { context } = visit;
  context.reportsCost = headers['x-report-cost'] === 'true';
  const { snapshot, leave } = snapshots.enter();
  try {
    // More than may stand there are refused as they are.
    const isShort = batching.enabled && operations.length <= batching.maxOperations;
    const named = await withNamedDocuments(isShort ? operations : [], request, documents);
    const byBody = new Map(named.map((each) => [each.body, each]));
    const answerOne = async (operation: unknown, own: RequestContext) => {
      const { refusal, keepDocument } = byBody.get(operation) ?? {};
      if (refusal !== undefined) throw refusal;
      own.keepDocument = keepDocument;
      const text = await answerOneOfSeveral(operation, own, { snapshot, limits: measured, documents });
      holdAnswerToLimit(text, limits.maxAnswerBytes);
      return text;
    };
    const asked = isShort ? named.map(({ body }) => body) : operations;
    const text = await answerBatch(asked, context, { batching, limits, account: visit.account, answerOne });
    return await reply.header('content-type', 'application/json; charset=utf-8').send(text);
  } finally {
    leave();
  }
}

interface OneOfSeveral {
  readonly snapshot: Snapshot;
  readonly limits: Limits;
  readonly documents: Documents;
}

async function answerOneOfSeveral(
  body: unknown,
  context: RequestContext,
  { snapshot, limits, documents }: OneOfSeveral,
): Promise<string> {
  const { server, prepared, costs } = snapshot;
  const short =
    prepared === undefined
      ? undefined
      : await answerPrepared({ prepared, costs, limits, documents }, body, context);
  if (short !== undefined) return String(short.text);
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', 'application/json'],
  ]);
  const httpGraphQLRequest = { method: 'POST', headers, body, search: '' };
  holdRequestToLimits(httpGraphQLRequest, limits);
  const response = await runInRequest(context, () =>
    server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => Promise.resolve(context) }),
  );
  if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL');
  return response.body.string;
}
