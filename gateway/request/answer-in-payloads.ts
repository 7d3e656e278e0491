/**
 * The later payloads of a request's answer as JSON texts, in the client's format. Knows no HTTP and no plan.
 */

import { writeJson } from '../base/write-json.ts';
import type { DeferredAnswer } from '../execution/deferred-answer.ts';
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

/** Rejects only for a fault of our own, which it logs. */
export async function* laterPayloads(
  { later }: DeferredAnswer,
  format: IncrementalFormat,
  context: RequestContext,
): AsyncGenerator<{ readonly text: string; readonly hasNext: boolean }> {
  try {
    for await (const payload of later) {
      const calls = payload.hasNext ? undefined : callsToTell(context);
      const told = calls === undefined ? {} : { extensions: { calls } };
      const text = writeJson({ ...format.payload(payload, context), ...told });
      yield { text, hasNext: payload.hasNext };
    }
  } catch (error) {
    context.log.error({ cause: describeError(error) }, 'request failed inside the gateway');
    throw error;
  }
}
