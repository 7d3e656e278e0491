/**
 * The supergraph: read from its file, checked to be one, and asked which subgraphs it joins.
 * Knows the specs by which a supergraph describes itself; building an executable schema from it is the engine's.
 */

import { readFileSync } from 'node:fs';

import { GraphQLError, Kind, parse, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { StartRefused } from '../base/start-refused.ts';

export interface SubgraphAddress {
  /** The name that people use, such as in `join__Graph(name:)`. */
  readonly name: string;
  /** The routing URL; empty where the supergraph was composed without one. */
  readonly url: string;
}

export interface Supergraph {
  readonly file: string;
  readonly sdl: string;
  readonly document: DocumentNode;
  readonly subgraphs: readonly SubgraphAddress[];
}

const JOIN_SPEC = 'https://specs.apollo.dev/join/';

/** Throws StartRefused with one sentence that names the file, and the place in it where the text is not GraphQL. */
export function readSupergraph(file: string): Supergraph {
  const sdl = readText(file);
  const document = parseText(file, sdl);
  if (!schemaLinks(document).some((url) => url.startsWith(JOIN_SPEC))) {
    throw new StartRefused([
      `The supergraph ${file} is not a Federation 2 supergraph: its schema does not @link ${JOIN_SPEC}.`,
    ]);
  }
  const subgraphs = joinedSubgraphs(document);
  if (subgraphs.length === 0) throw new StartRefused([`The supergraph ${file} joins no subgraph.`]);
  return { file, sdl, document, subgraphs };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new StartRefused([`The supergraph ${file} ${missing ? 'does not exist' : 'cannot be read'}.`]);
  }
}

function parseText(file: string, sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [place] = error.locations ?? [];
    throw new StartRefused([
      `The supergraph ${file}:${place?.line ?? 1}:${place?.column ?? 1} is not GraphQL: ${error.message}`,
    ]);
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
