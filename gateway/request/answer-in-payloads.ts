/**
 * The later payloads of a request's answer as JSON texts, in the client's format. Knows no HTTP and no plan.
 */

import type { ErrorFacts } from '../base/gateway-error.ts';
import { writeJson } from '../base/write-json.ts';
import type { DeferredAnswer, LaterPayload, PendingPart } from '../execution/deferred-answer.ts';
import { limitExceeded } from '../operation/limit-exceeded.ts';
import { describeError } from '../telemetry/create-logger.ts';
import type { IncrementalFormat } from './incremental-format.ts';
import { callsToTell } from './report-plugin.ts';
import type { RequestContext } from './request-context.ts';

/** An answer that the server library printed, with what makes it the first of several parts. */
export function initialPayload(
  printed: string,
  { pending }: DeferredAnswer,
  format: IncrementalFormat,
): string {
  const fields = JSON.stringify(format.initialFields(pending)).slice(1);
  return `${printed.trimEnd().slice(0, -1)},${fields}`;
}

export interface AnswerSize {
  /** Of what the client has got before. */
  readonly sentBytes: number;
  readonly maxAnswerBytes: number;
}

/**
 * Where all payloads together would be too large, the last one says so of every part that has not come. Rejects only
 * for a fault of our own, which it logs.
 */
export async function* laterPayloads(
  { pending, later }: DeferredAnswer,
  format: IncrementalFormat,
  context: RequestContext,
  { sentBytes, maxAnswerBytes }: AnswerSize,
): AsyncGenerator<{ readonly text: string; readonly hasNext: boolean }> {
  const waiting = new Map(pending.map((part) => [part.id, part]));
  const print = (payload: LaterPayload): string => {
    const calls = payload.hasNext ? undefined : callsToTell(context);
    const told = calls === undefined ? {} : { extensions: { calls } };
    return writeJson({ ...format.payload(payload, context), ...told });
  };
  let bytes = sentBytes;
  try {
    for await (const payload of later) {
      const text = print(payload);
      bytes += Buffer.byteLength(text);
      if (bytes > maxAnswerBytes) {
        const { facts } = limitExceeded('maxAnswerBytes', bytes, maxAnswerBytes);
        yield { text: print(withoutParts([...waiting.values()], facts)), hasNext: false };
        return;
      }
      for (const part of payload.pending) waiting.set(part.id, part);
      for (const { part } of payload.finished) waiting.delete(part.id);
      yield { text, hasNext: payload.hasNext };
    }
  } catch (error) {
    context.log.error({ cause: describeError(error) }, 'request failed inside the gateway');
    throw error;
  }
}

function withoutParts(parts: readonly PendingPart[], facts: ErrorFacts): LaterPayload {
  const finished = parts.map((part) => ({
    part,
    patches: undefined,
    failures: [{ code: 'LIMIT_EXCEEDED', facts, path: part.path } as const],
  }));
  return { pending: [], finished, hasNext: false };
}
