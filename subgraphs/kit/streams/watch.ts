/**
 * What a field of `Subscription` is made of: which changes it is about, by ids alone, and how the entity is found anew
 * for each. What is not found is not told: nobody learns that there was a change of what they may not see. Knows no
 * transport.
 */

import type { EntityName } from '../../../schema/contract/events.ts';
import type { Principal } from '../../../schema/contract/principal.ts';
import { KnownError } from '../known-error.ts';
import type { SubgraphContext } from '../subgraph-context.ts';
import type { Change } from './change.ts';

export interface Watch<Loaders> {
  readonly entity: EntityName;
  /** Asked once, when the stream is to open. Throws BAD_USER_INPUT for arguments that are not allowed. */
  readonly select: (
    // Reason for the any: the arguments that the field has by the SDL; parsed here.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    given: any,
    principal: Principal,
  ) => (change: Change) => boolean;
  /** The entity as it is now; null where there is none, or none for who watches. `given` was allowed by `select`. */
  // Reason for the any: as above.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly find: (id: string, given: any, context: SubgraphContext<Loaders>) => unknown;
}

/** By field of `Subscription`. */
export type Watches<Loaders> = Readonly<Record<string, Watch<Loaders>>>;

/** What a stream tells its field of each change. */
export interface ChangedEntity {
  readonly id: string;
}

/** Opens a stream's source. */
export type OpenSource = (
  entity: EntityName,
  isWanted: (change: Change) => boolean,
) => Promise<AsyncIterable<ChangedEntity>>;

const sources = new WeakMap<object, OpenSource>();

/** A context in which subscriptions can be opened; all others answer them by saying where they are served. */
export function allowStream<Context extends object>(context: Context, open: OpenSource): Context {
  sources.set(context, open);
  return context;
}

/** As graphql-js wants the fields of `Subscription`. */
export function subscriptionFields<Loaders>(watches: Watches<Loaders>) {
  const fields = Object.entries(watches).map(([name, { entity, select, find }]) => {
    const subscribe = async (_root: unknown, given: unknown, context: SubgraphContext<Loaders>) => {
      const isWanted = select(given, context.principal);
      const open = sources.get(context) ?? notAStream();
      return open(entity, isWanted);
    };
    const resolve = (root: unknown, given: unknown, context: SubgraphContext<Loaders>) =>
      find(isChanged(root) ? root.id : notAStream(), given, context);
    return [name, { subscribe, resolve }] as const;
  });
  return Object.fromEntries(fields);
}

function isChanged(root: unknown): root is ChangedEntity {
  return typeof root === 'object' && root !== null && 'id' in root && typeof root.id === 'string';
}

function notAStream(): never {
  throw new KnownError('BAD_REQUEST', {
    reason: 'Subscriptions are answered as event streams: accept text/event-stream, or use a WebSocket.',
  });
}
