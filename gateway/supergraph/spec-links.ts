/**
 * Which specifications a supergraph links and what it calls their directives (core schemas, `@link`). Knows no
 * specification.
 */

import { Kind, valueFromASTUntyped, type DirectiveNode, type DocumentNode } from 'graphql';

import { isRecord } from '../base/is-record.ts';

export interface Link {
  readonly node: DirectiveNode;
  readonly url: string;
  readonly as: string | undefined;
  readonly imports: readonly unknown[];
}

/** The links to one of Apollo's specifications, in any version where none is named. */
export function linksTo({ definitions }: DocumentNode, spec: string, version?: string): readonly Link[] {
  const base = `https://specs.apollo.dev/${spec}/`;
  return definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => node.directives ?? [])
    .filter(({ name }) => name.value === 'link')
    .map(readLink)
    .filter(({ url }) => (version === undefined ? url.startsWith(base) : url === base + version));
}

/**
 * What a directive of the linked specification is called. An imported name replaces the default one; the one with the
 * prefix always holds (core schemas, "Name resolution").
 */
export function namesIn({ as, imports }: Link, spec: string, directive: string): readonly string[] {
  const prefix = as ?? spec;
  const imported = imports.flatMap((entry) => {
    if (entry === `@${directive}`) return [directive];
    if (!isRecord(entry) || entry['name'] !== `@${directive}`) return [];
    const { as: name = directive } = entry;
    return typeof name === 'string' ? [name.replace(/^@/, '')] : [];
  });
  const ofItself = directive === spec ? [prefix] : [];
  return [...(imported.length > 0 ? imported : ofItself), `${prefix}__${directive}`];
}

export function argumentsOf({ arguments: given = [] }: DirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

function readLink(node: DirectiveNode): Link {
  const { url, as, import: imports } = argumentsOf(node);
  return {
    node,
    url: String(url).replace(/\/$/, ''),
    as: typeof as === 'string' ? as : undefined,
    imports: Array.isArray(imports) ? imports : [],
  };
}
