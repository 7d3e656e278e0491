/**
 * The parts of an engine's answer as a client reads them, without HTTP between. Knows no engine.
 */

import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';

import type { DeferrableCall, Delivery } from '../../../gateway/execution/deferred-answer.ts';
import { initialPayload, laterPayloads } from '../../../gateway/request/answer-in-payloads.ts';
import type { IncrementalFormat } from '../../../gateway/request/incremental-format.ts';
import { createRequestContext } from '../../../gateway/request/request-context.ts';
import { createLogger } from '../../../gateway/telemetry/create-logger.ts';
import type { Payload } from '../../kit/ask-in-parts.ts';

const SILENT = createLogger({ level: 'fatal' }, { write: () => undefined });

export const newCall = () => ({
  requestId: 'test',
  principal: { subject: 'test', roles: [], scopes: [] },
  signal: new AbortController().signal,
  log: SILENT,
});

/** One payload where the engine answers whole. */
export async function answerInParts(
  format: IncrementalFormat,
  execute: (call: DeferrableCall) => Promise<GatewayExecutionResult>,
): Promise<readonly Payload[]> {
  const delivery: Delivery = { repeats: format.repeats, answer: undefined };
  const result = JSON.stringify(await execute({ ...newCall(), delivery }));
  if (delivery.answer === undefined) return [read(result)];
  const context = createRequestContext(newCall());
  const texts = [initialPayload(result, delivery.answer, format)];
  const size = { sentBytes: 0, maxAnswerBytes: Infinity };
  for await (const { text } of laterPayloads(delivery.answer, format, context, size)) texts.push(text);
  return texts.map(read);
}

function read(text: string): Payload {
  // Reason for the cast: what the code under test has just printed.
  return JSON.parse(text) as Payload;
}
