/**
 * The short way of a request whose operation has been answered before, whichever door it came by. The answer has the
 * bytes, the status and the type that the long way gives. Knows no framework.
 */

import type { IncomingHttpHeaders } from 'node:http';

import type { Config } from '../config/options.ts';
import type { Limits } from '../operation/create-limits.ts';
import { answerPrepared, type PreparedText } from '../request/answer-prepared.ts';
import type { Documents } from '../request/create-documents.ts';
import { holdAnswerToLimit } from '../request/hold-to-limits.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { Snapshots } from '../request/snapshots.ts';
import type { ContentTypes } from './content-types.ts';

export interface ShortAnswer extends PreparedText {
  readonly contentType: string;
}

/** `body` is what a POST asks. Gives undefined where it must go the long way. Rejects with LIMIT_EXCEEDED. */
export type ShortWay = (
  body: unknown,
  headers: IncomingHttpHeaders,
  context: RequestContext,
) => Promise<ShortAnswer | undefined>;

export interface ShortWayParts {
  readonly snapshots: Snapshots;
  readonly documents: Documents;
  readonly limits: Limits;
  readonly maxAnswerBytes: Config['limits']['maxAnswerBytes'];
  readonly contentTypes: ContentTypes;
}

export function createShortWay(parts: ShortWayParts): ShortWay {
  const { snapshots, documents, limits, maxAnswerBytes, contentTypes } = parts;
  return async (body, { accept }, context) => {
    const contentType = contentTypes.known(accept);
    if (contentType === undefined) return undefined;
    const { snapshot, leave } = snapshots.enter();
    try {
      const { prepared, costs } = snapshot;
      if (prepared === undefined) return undefined;
      const answer = await answerPrepared({ prepared, costs, limits, documents }, body, context);
      if (answer === undefined) return undefined;
      context.outcome.executed();
      const { status, text } = answer;
      holdAnswerToLimit(text, maxAnswerBytes);
      return { status, text, contentType };
    } finally {
      leave();
    }
  };
}
