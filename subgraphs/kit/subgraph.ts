/**
 * What a subgraph is made of, and the schema that comes of it: SDL, resolvers and permissions in, a guarded
 * federation schema out. Knows no server; `serve-subgraph.ts` is next.
 */

import { readFileSync } from 'node:fs';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';

import { OWNERSHIP, type SystemName } from '../../schema/ownership.ts';
import type { Database } from './database.ts';
import type { SystemEvents } from './events/system-events.ts';
import { inTransactions, type MutationResolvers } from './mutations.ts';
import type { Permissions } from './permissions.ts';
import { stopIfEnded } from './request-end.ts';
import { scalars } from './scalars.ts';
import { guardSchema, type GuardOptions } from './shield.ts';
import { subscriptionFields, type Watches } from './streams/watch.ts';
import type { SubgraphContext } from './subgraph-context.ts';

type Resolver<Loaders> = (
  // Reason for the anys: each resolver declares the row and the arguments that its field has by the SDL.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  parent: any,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  given: any,
  context: SubgraphContext<Loaders>,
  info: GraphQLResolveInfo,
) => unknown;

type ReferenceResolver<Loaders> = (
  // Reason for the any: as above; the representation has the fields of the type's key.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  reference: any,
  context: SubgraphContext<Loaders>,
) => unknown;

/** By type and field; `__resolveReference` finds an entity from its key. A field without one reads the row. */
export type Resolvers<Loaders> = Readonly<
  Record<
    string,
    { readonly __resolveReference?: ReferenceResolver<Loaders> } & Readonly<Record<string, Resolver<Loaders>>>
  >
>;

export interface SubgraphDefinition<Loaders> {
  /** Also the name of its SDL, `schema/<name>.graphql`. */
  readonly name: SystemName;
  readonly resolvers: Resolvers<Loaders>;
  /** Each runs in one transaction. */
  readonly mutations?: MutationResolvers;
  /** The fields of `Subscription`. */
  readonly subscriptions?: Watches<Loaders>;
  readonly permissions: Permissions;
  /** What it does with the news of other systems. */
  readonly events?: SystemEvents;
  /** One set for each request. */
  readonly createLoaders: (database: Database) => Loaders;
}

/** Throws when a resolver or a permission does not fit the SDL, or when another team answers for the permissions. */
export function buildGuardedSchema<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  options: GuardOptions = {},
): GraphQLSchema {
  refuseForeignOwner(definition);
  const file = new URL(`../../schema/${definition.name}.graphql`, import.meta.url);
  const typeDefs = parse(readFileSync(file, 'utf8'));
  const used = typeDefs.definitions.flatMap((node) =>
    node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [],
  );
  const ownScalars = Object.fromEntries(Object.entries(scalars).filter(([name]) => used.includes(name)));
  const answered = untilEnd({ ...definition.resolvers, ...mutationsOf(definition) });
  const resolvers = { ...ownScalars, ...answered, ...subscriptionsOf(definition) };
  // Reason for the cast: the library's resolver map has its own idea of contexts; ours is checked above.
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  return guardSchema(schema, definition.permissions, options);
}

type AnyResolver = (...given: never[]) => unknown;
type AnyResolvers = Readonly<Record<string, Readonly<Record<string, AnyResolver>>>>;

/** No resolver begins when the request is over. */
function untilEnd(resolvers: AnyResolvers): AnyResolvers {
  const types = Object.entries(resolvers).map(([type, fields]) => {
    const ending = Object.entries(fields).map(([field, resolve]): [string, AnyResolver] => [
      field,
      (...given) => {
        stopIfEnded();
        return resolve(...given);
      },
    ]);
    return [type, Object.fromEntries(ending)] as const;
  });
  return Object.fromEntries(types);
}

/** Whoever a refusal and the matrix name as owner must be who answers for the system. */
function refuseForeignOwner({
  name,
  permissions,
}: Pick<SubgraphDefinition<never>, 'name' | 'permissions'>): void {
  const { team } = OWNERSHIP[name];
  if (permissions.owner === team) return;
  throw new Error(
    `the permissions of ${name} name "${permissions.owner}" as owner, but schema/ownership.ts gives ${name} to "${team}"`,
  );
}

function mutationsOf<Loaders>({ mutations }: SubgraphDefinition<Loaders>) {
  return mutations === undefined ? {} : { Mutation: inTransactions(mutations) };
}

function subscriptionsOf<Loaders>({ subscriptions }: SubgraphDefinition<Loaders>) {
  return subscriptions === undefined ? {} : { Subscription: subscriptionFields(subscriptions) };
}
