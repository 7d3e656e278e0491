/**
 * What one stream of a subgraph gives, read with the same suspicion as an answer, and what its end means. Knows no
 * transport and opens nothing.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { ResultListener, StreamEnd } from './event-stream.ts';
import { readResult, type GraphqlAnswer, type RetryAfter, type SubgraphAnswer } from './read-answer.ts';

/** Told nothing before the stream is open, and nothing after its end. */
export interface StreamListener {
  readonly onEvent: (answer: SubgraphAnswer) => void;
  readonly onEnd: (end: StreamEnd) => void;
}

export interface StreamFacts {
  readonly subgraph: string;
  readonly retryAfter: RetryAfter;
  /** Whether the end of a stream in order says that the subgraph goes down. */
  readonly endsToRestart: boolean;
  /** Once, however it ends. */
  readonly onOver: () => void;
}

export interface EventReading extends ResultListener {
  /** Nothing is told any more. */
  readonly end: () => void;
}

interface Held {
  readonly answer: GraphqlAnswer;
  readonly refusal: GatewayError;
  readonly timer: NodeJS.Timeout;
}

/** A refusal is one result without data and then the end; so long it is waited for the end. */
const REFUSED_WITHIN_MS = 1_000;

/**
 * A stream that is refused as long as something passes (the subgraph goes down, too many are open) counts as lost: it
 * can be opened again. Any other refusal is its only event.
 */
export function readEvents({ onEvent, onEnd }: StreamListener, facts: StreamFacts): EventReading {
  let isOver = false;
  let isFirst = true;
  let wasRefusal = false;
  let held: Held | undefined;

  const end = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(held?.timer);
    facts.onOver();
  };
  const finish = (how: StreamEnd) => {
    if (isOver) return;
    end();
    onEnd(how);
  };
  const release = () => {
    const late = held;
    held = undefined;
    clearTimeout(late?.timer);
    if (late !== undefined && !isOver) onEvent(late.answer);
  };
  return {
    end,
    onResult(value) {
      if (isOver) return;
      const answer = readResult(facts.subgraph, value, facts.retryAfter);
      if (typeof answer === 'string') {
        finish({ kind: 'invalid', cause: new Error(`an event with ${answer}`) });
        return;
      }
      release();
      wasRefusal = answer.data === null;
      const refusal = isFirst ? passingRefusal(answer) : undefined;
      if (refusal !== undefined) held = { answer, refusal, timer: setTimeout(release, REFUSED_WITHIN_MS) };
      else onEvent(answer);
      isFirst = false;
    },
    onEnd(how) {
      if (how.kind === 'complete' && held !== undefined) {
        finish({ kind: 'lost', cause: held.refusal });
        return;
      }
      release();
      const restarts = how.kind === 'complete' && !wasRefusal && facts.endsToRestart;
      finish(restarts ? { kind: 'lost', cause: new Error('the subgraph restarts') } : how);
    },
  };
}

/** Undefined where something was begun, or is refused for good. */
export function passingRefusal({ data, errors }: GraphqlAnswer): GatewayError | undefined {
  const [first] = errors;
  const mayPass = data === null && errors.every(({ code }) => ERRORS[code].retryable);
  return mayPass && first !== undefined ? new GatewayError(first.code, first.facts) : undefined;
}
