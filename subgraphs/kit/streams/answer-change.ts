/**
 * Answers one change of a stream as if it were a request of its own: a context, loaders and verdicts that nothing else
 * shares, and an end of its own. Where the system is away it tries again, so that no change is lost. Knows no transport.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { execute, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';

import { formatResult, type FormattedResult } from './format-result.ts';
import { logFaults } from '../log-faults.ts';
import { runUntil } from '../request-end.ts';
import type { SubgraphContext } from '../subgraph-context.ts';
import type { ChangedEntity } from './watch.ts';

export interface ChangeAnswering<Loaders> {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** A new one each time. */
  readonly createContext: () => SubgraphContext<Loaders>;
  /** To be told when a context is not used any more. */
  readonly onAnswered: (context: SubgraphContext<Loaders>) => void;
  /** The stream has ended, whatever is under way. */
  readonly over: AbortSignal;
}

/** Of one change; a statement of its own may take as long as the database allows. */
const TIME_LIMIT_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** For some 30 s; then what failed is told, and the next change is another chance. */
const MOST_TRIES = 10;

/** Undefined where there is nothing to tell: the entity is none of the principal's business, or not there. */
export async function answerChange<Loaders>(
  answering: ChangeAnswering<Loaders>,
  changed: ChangedEntity,
): Promise<FormattedResult | undefined> {
  for (let tries = 1; ; tries++) {
    const result = formatResult(await answerOnce(answering, changed));
    if (answering.over.aborted) return undefined;
    if (tries >= MOST_TRIES || !isWorthAnotherTry(result)) return isNothing(result) ? undefined : result;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    await pause(pauseMs, undefined, { signal: answering.over }).catch(() => undefined);
  }
}

async function answerOnce<Loaders>(
  { schema, document, operationName, variables, createContext, onAnswered, over }: ChangeAnswering<Loaders>,
  changed: ChangedEntity,
): Promise<ExecutionResult> {
  const contextValue = createContext();
  const signal = AbortSignal.any([over, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const result = await runUntil(signal, async () =>
    execute({ schema, document, operationName, variableValues: variables, rootValue: changed, contextValue }),
  );
  onAnswered(contextValue);
  if (!over.aborted) logFaults(result.errors ?? [], contextValue.log);
  return result;
}

/** A subscription has one root field. */
function isNothing({ data, errors }: FormattedResult): boolean {
  return errors === undefined && Object.values(data ?? {}).every((value) => value === null);
}

function isWorthAnotherTry({ errors = [] }: FormattedResult): boolean {
  return errors.some(
    ({ extensions }) =>
      extensions?.['code'] === 'SYSTEM_UNAVAILABLE' || extensions?.['code'] === 'SUBGRAPH_TIMED_OUT',
  );
}
