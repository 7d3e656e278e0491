/**
 * The supergraph: a text, from its file or from elsewhere, checked to be one, and asked which subgraphs it joins.
 * Knows the specs by which a supergraph describes itself; building an executable schema from it is the engine's.
 */

import { readFileSync } from 'node:fs';

import { GraphQLError, Kind, parse, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { SupergraphRefused } from './supergraph-refused.ts';

export interface SubgraphAddress {
  /** The name that people use, such as in `join__Graph(name:)`. */
  readonly name: string;
  /** The routing URL; empty where the supergraph was composed without one. */
  readonly url: string;
}

export interface Supergraph {
  /** Or what else people call the place that it comes from. */
  readonly file: string;
  readonly sdl: string;
  readonly document: DocumentNode;
  readonly subgraphs: readonly SubgraphAddress[];
}

const JOIN_SPEC = 'https://specs.apollo.dev/join/';

/** Throws SupergraphRefused with one sentence that names the file, and the place in it where the text is not GraphQL. */
export function readSupergraph(file: string): Supergraph {
  return parseSupergraph(file, readText(file));
}

/**
 * The same for a text that was had otherwise; `file` is what people call it. Of a foreign one, which may be anything,
 * nothing is quoted.
 */
export function parseSupergraph(file: string, sdl: string, { isForeign = false } = {}): Supergraph {
  const document = parseText(file, sdl, isForeign);
  if (!schemaLinks(document).some((url) => url.startsWith(JOIN_SPEC))) {
    throw unusable(
      `The supergraph ${file} is not a Federation 2 supergraph: its schema does not @link ${JOIN_SPEC}.`,
    );
  }
  const subgraphs = joinedSubgraphs(document);
  if (subgraphs.length === 0) throw unusable(`The supergraph ${file} joins no subgraph.`);
  return { file, sdl, document, subgraphs };
}

/** Why it cannot be read; the error says that there is none, or something else. */
export function unreadable(file: string, error: unknown): SupergraphRefused {
  return new SupergraphRefused('unreachable', [`The supergraph ${file} ${whyUnreadable(error)}.`]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unusable(says: string): SupergraphRefused {
  return new SupergraphRefused('unusable', [says]);
}

function parseText(file: string, sdl: string, isForeign: boolean): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [place] = error.locations ?? [];
    throw unusable(
      `The supergraph ${file}:${place?.line ?? 1}:${place?.column ?? 1} is not GraphQL${isForeign ? '.' : `: ${error.message}`}`,
    );
  }
}

function schemaLinks(document: DocumentNode): readonly string[] {
  return document.definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => node.directives ?? [])
    .filter((directive) => directive.name.value === 'link')
    .map((directive) => textArgument(directive, 'url'));
}

function joinedSubgraphs(document: DocumentNode): readonly SubgraphAddress[] {
  return document.definitions
    .filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)
    .filter((node) => node.name.value === 'join__Graph')
    .flatMap((node) => node.values ?? [])
    .flatMap((value) => value.directives ?? [])
    .filter((directive) => directive.name.value === 'join__graph')
    .map((directive) => ({ name: textArgument(directive, 'name'), url: textArgument(directive, 'url') }));
}

function textArgument(directive: ConstDirectiveNode, name: string): string {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : '';
}
