/**
 * A small guarded schema for a test, and asking it as its server would: with errors as they leave a subgraph. Knows no
 * system.
 */

import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type GraphQLSchema } from 'graphql';

import type { Principal } from '../../schema/contract/principal.ts';
import { formatError } from '../../subgraphs/kit/fault.ts';
import type { FieldPermissions, Permission } from '../../subgraphs/kit/permissions.ts';
import type { RuleContext } from '../../subgraphs/kit/rule.ts';
import { guardSchema, type GuardOptions } from '../../subgraphs/kit/shield.ts';

/** The reason that `deniedAt` expects. */
export const WHY = 'A test says so.';

export interface GuardedSdl {
  readonly sdl: string;
  readonly resolvers?: object;
  readonly fields: FieldPermissions;
}

export function guardSdl({ sdl, resolvers = {}, fields }: GuardedSdl, options?: GuardOptions): GraphQLSchema {
  // Reason for the cast: the library's resolver map has its own idea of contexts.
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  return guardSchema(schema, { owner: 'commerce', fields }, options);
}

export function ask(schema: GraphQLSchema, source: string, principal: Principal) {
  return askWith(schema, source, { principal });
}

export async function askWith(schema: GraphQLSchema, source: string, contextValue: RuleContext) {
  return leaving(await graphql({ schema, source, contextValue }));
}

/** An answer as it leaves the subgraph. */
export function leaving({ data, errors }: Awaited<ReturnType<typeof graphql>>) {
  const outside = errors?.map((error) => {
    const { message, path, extensions } = formatError(error.toJSON(), error);
    return { message, path, extensions };
  });
  // Reason for the any: a test compares what its own query selected.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const answer: any = JSON.parse(JSON.stringify({ data, ...(outside && { errors: outside }) }));
  return answer;
}

type Path = readonly (string | number)[];

/** The error of a denial at that path. */
export function deniedAt(path: Path, field: string, [rule, reason]: Permission) {
  return {
    message: 'You are not allowed to see or do this.',
    path,
    extensions: { code: 'FORBIDDEN', reason, details: { field, rule: rule.name } },
  };
}

/** The error of a fault of ours at that path. */
export function failedAt(path: Path) {
  return {
    message: 'Something went wrong on our side. Name the request id when you report it.',
    path,
    extensions: { code: 'INTERNAL' },
  };
}
