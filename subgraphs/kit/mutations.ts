/**
 * How a mutation runs: in one transaction that is opened here, so that all that belongs to its effect takes effect
 * with it or not at all; under a key it takes effect once. Knows no mutation and no table.
 */

import type { GraphQLResolveInfo } from 'graphql';
import type { Logger } from 'pino';

import type { Principal } from '../../schema/contract/principal.ts';
import type { Database, Transaction } from './database.ts';
import { isSystemUnavailable } from './fault.ts';
import { takeEffectOnce } from './idempotency.ts';
import { KnownError } from './known-error.ts';
import { forgetLoaded } from './loaders.ts';
import type { SubgraphContext } from './subgraph-context.ts';

/**
 * What a mutation's resolver gets. It has no database and no loaders: a second connection would not see what the
 * transaction has written, and whoever waits for one while holding another can wait for ever.
 */
export interface MutationContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly log: Logger;
  /** Commits when the resolver gives its answer, rolls back when it throws. */
  readonly transaction: Transaction;
}

export type MutationResolver = (
  parent: unknown,
  // Reason for the any: each resolver declares the arguments that its field has by the SDL.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  given: any,
  context: MutationContext,
  info: GraphQLResolveInfo,
) => Promise<unknown>;

/** By field. */
export type MutationResolvers = Readonly<Record<string, MutationResolver>>;

type Resolver<Loaders> = (
  parent: unknown,
  given: unknown,
  context: SubgraphContext<Loaders>,
  info: GraphQLResolveInfo,
) => Promise<unknown>;

/** Each field of one request in a transaction of its own; its answer is given after the commit. */
export function inTransactions<Loaders>(
  mutations: MutationResolvers,
): Readonly<Record<string, Resolver<Loaders>>> {
  const fields = Object.entries(mutations).map(([name, resolve]): [string, Resolver<Loaders>] => [
    name,
    async (parent, given, context, info) => {
      const { principal, requestId, log, database, loaders, idempotencyKey: key } = context;
      const answer = await untilNobodyIsInTheWay(database, (transaction) => {
        const effect = () => resolve(parent, given, { principal, requestId, log, transaction }, info);
        if (key === undefined) return effect();
        const { subject } = principal;
        const responseKey = String(info.path.key);
        return takeEffectOnce(transaction, { subject, field: name, responseKey, key, given }, effect);
      });
      // Several mutations of one request share its loaders, and each must answer what is true after it.
      // Reason for the cast: the loaders are an object of DataLoaders in every system.
      forgetLoaded(loaders as object);
      return answer;
    },
  ]);
  return Object.fromEntries(fields);
}

/**
 * SQLSTATE serialization_failure and deadlock_detected: of two that stood in each other's way, PostgreSQL has undone one,
 * so that it can be done again.
 */
const UNDONE = ['40001', '40P01'];
const MOST_TRIES = 3;

async function untilNobodyIsInTheWay(
  database: Database,
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await commitOrSayUnknown(database, work);
    } catch (error) {
      const isUndone = error instanceof Error && 'code' in error && UNDONE.includes(String(error.code));
      if (!isUndone || tries >= MOST_TRIES) throw error;
    }
  }
}

/** Throws OUTCOME_UNKNOWN where the commit was sent and its answer was lost: then it may be true or not. */
async function commitOrSayUnknown(
  database: Database,
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<unknown> {
  const progress = { isDone: false };
  try {
    return await database.transaction().execute(async (transaction) => {
      const answer = await work(transaction);
      progress.isDone = true;
      return answer;
    });
  } catch (error) {
    // A commit that the database itself refuses has had no effect.
    if (progress.isDone && isSystemUnavailable(error)) throw new KnownError('OUTCOME_UNKNOWN', {}, error);
    throw error;
  }
}
