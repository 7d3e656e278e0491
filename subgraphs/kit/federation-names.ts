/**
 * What a subgraph's schema calls the directives of Apollo Federation: `@link` may import them under other names, and
 * what it does not import carries a prefix (specification of core schemas, "Imports").
 */

import { valueFromASTUntyped, type GraphQLSchema } from 'graphql';

/** By the specification's name the schema's, both without `@`. */
export type FederationNames = Readonly<Record<'requires' | 'fromContext' | 'context', string>>;

interface Link {
  readonly url?: unknown;
  readonly as?: unknown;
  readonly import?: unknown;
}

export function federationNames(schema: GraphQLSchema): FederationNames {
  const link = linksOf(schema).find(({ url }) =>
    String(url).startsWith('https://specs.apollo.dev/federation/'),
  );
  const prefix = typeof link?.as === 'string' ? link.as : 'federation';
  const imported = importsOf(link);
  // A schema without a link is of Federation 1, where the directives have their plain names.
  const nameOf = (name: string) => imported.get(name) ?? (link === undefined ? name : `${prefix}__${name}`);
  return { requires: nameOf('requires'), fromContext: nameOf('fromContext'), context: nameOf('context') };
}

function linksOf({ astNode, extensionASTNodes }: GraphQLSchema): readonly Link[] {
  return [astNode, ...extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => directive.name.value === 'link')
    .map((directive) =>
      Object.fromEntries(
        (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
      ),
    );
}

function importsOf(link: Link | undefined): ReadonlyMap<string, string> {
  const entries: readonly unknown[] = Array.isArray(link?.import) ? link.import : [];
  return new Map(
    entries.flatMap((entry) => {
      const [name, as] = namesIn(entry);
      return name?.startsWith('@') ? [[name.slice(1), (as ?? name).replace(/^@/, '')] as const] : [];
    }),
  );
}

function namesIn(entry: unknown): readonly [name?: string, as?: string] {
  if (typeof entry === 'string') return [entry];
  if (typeof entry !== 'object' || entry === null || !('name' in entry)) return [];
  return 'as' in entry ? [String(entry.name), String(entry.as)] : [String(entry.name)];
}
