/**
 * What the systems took, told with the answer to those who asked for it and may know. Knows no HTTP.
 */

import type { ApolloServerPlugin } from '@apollo/server';

import type { SystemCall } from '../base/operation-report.ts';
import type { RequestContext } from './request-context.ts';

export const reportPlugin: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response: { body }, contextValue }) {
        const calls = callsToTell(contextValue);
        if (calls !== undefined && body.kind === 'single')
          body.singleResult.extensions = { ...body.singleResult.extensions, calls };
        return Promise.resolve();
      },
    }),
};

/** All so far, each from the beginning of the first one; undefined where nobody wants to know. */
export function callsToTell({ calls }: Pick<RequestContext, 'calls'>): readonly SystemCall[] | undefined {
  if (calls === undefined) return undefined;
  const beginMs = Math.min(...calls.map(({ startMs }) => startMs));
  return calls
    .map((call) => ({ ...call, startMs: tenths(call.startMs - beginMs), tookMs: tenths(call.tookMs) }))
    .sort((one, other) => one.startMs - other.startMs);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
