/**
 * From the subgraphs' SDLs to the supergraph, or to everything that is wrong with them, each with file and line.
 * Pure: texts in, result out. Reads and writes no file.
 */

import composition from '@apollo/composition';
import { GraphQLError, parse, Source } from 'graphql';
import { checkFailureAnswers } from './check-failure-answers.ts';
import { checkOwners, type ParsedSubgraph } from './check-owners.ts';
import { oneOfInputs } from './one-of-inputs.ts';
import { placeOfNode, type SchemaPlace, type SchemaProblem } from './schema-problem.ts';
import { withAccessDirectives, type FieldDemands } from './with-access-directives.ts';

export interface SubgraphSource {
  readonly name: string;
  /** As it is named in problems. */
  readonly file: string;
  readonly sdl: string;
  /** Where the gateway finds the subgraph unless its configuration says otherwise. */
  readonly url: string;
  /** What principals must have to see a field, which the supergraph then says too. */
  readonly demands?: FieldDemands;
}

export type CompositionOutcome =
  | { readonly kind: 'composed'; readonly supergraph: string }
  | { readonly kind: 'refused'; readonly problems: readonly SchemaProblem[] };

type ParseOutcome =
  { readonly subgraph: ParsedSubgraph; readonly url: string } | { readonly problem: SchemaProblem };

/** Composition's own words on what `checkOwners` says better. */
const SAID_BY_OWNER_CHECK = new Set(['INVALID_FIELD_SHARING', 'EXTERNAL_MISSING_ON_BASE']);

/** `owners` are the names in `schema/ownership.ts`. */
export function composeSupergraph(
  sources: readonly SubgraphSource[],
  owners: readonly string[],
): CompositionOutcome {
  const parsed = sources.map(parseSource);
  const syntax = parsed.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : []));
  if (syntax.length > 0) return { kind: 'refused', problems: syntax };
  const subgraphs = parsed.flatMap((outcome) => ('subgraph' in outcome ? [outcome] : []));
  const documents = subgraphs.map(({ subgraph }) => subgraph);
  const ownership = [...checkOwners(documents, owners), ...checkFailureAnswers(documents)];
  const result = compose(subgraphs);
  if (result.kind === 'composed')
    return ownership.length === 0 ? result : { kind: 'refused', problems: ownership };
  const others = result.errors
    .filter((error) => !isSaid(error, ownership))
    .map((error) => problemOfError(error, sources));
  return { kind: 'refused', problems: [...ownership, ...others] };
}

function parseSource({ name, file, sdl, url, demands = {} }: SubgraphSource): ParseOutcome {
  try {
    const document = withAccessDirectives(parse(new Source(sdl, file)), demands);
    return { subgraph: { name, file, document }, url };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [location] = error.locations ?? [];
    const place = { file, line: location?.line ?? 1, column: location?.column ?? 1 };
    return { problem: { place, says: error.message } };
  }
}

function compose(
  subgraphs: readonly { readonly subgraph: ParsedSubgraph; readonly url: string }[],
):
  | { readonly kind: 'composed'; readonly supergraph: string }
  | { readonly kind: 'failed'; readonly errors: readonly GraphQLError[] } {
  const oneOf = oneOfInputs(subgraphs.map(({ subgraph }) => subgraph.document));
  const result = composition.composeServices(
    subgraphs.map(({ subgraph, url }) => ({
      name: subgraph.name,
      typeDefs: oneOf.withoutIt(subgraph.document),
      url,
    })),
  );
  if (result.errors !== undefined) return { kind: 'failed', errors: result.errors };
  return { kind: 'composed', supergraph: oneOf.saidIn(result.supergraphSdl) };
}

function isSaid(error: GraphQLError, problems: readonly SchemaProblem[]): boolean {
  const isOfThatKind = SAID_BY_OWNER_CHECK.has(String(error.extensions['code']));
  return (
    isOfThatKind &&
    problems.some(({ coordinate }) => coordinate !== undefined && error.message.includes(`"${coordinate}"`))
  );
}

function problemOfError(error: GraphQLError, sources: readonly SubgraphSource[]): SchemaProblem {
  const [place] = (error.nodes ?? []).flatMap((node) => placeOfNode(node) ?? []);
  return { place: place ?? guessPlace(error.message, sources), says: error.message };
}

/** Some errors carry no node. Their message names a subgraph, a type, a field or a directive: the first of them found. */
function guessPlace(message: string, sources: readonly SubgraphSource[]): SchemaPlace {
  const named = sources.filter(({ name }) => message.includes(`[${name}]`) || message.includes(`"${name}"`));
  const searched = named.length > 0 ? named : sources;
  const words = [...message.matchAll(/"(?<word>[^"]+)"/g)].flatMap(({ groups }) =>
    searchedTexts(groups?.['word'] ?? ''),
  );
  for (const word of words) {
    for (const { file, sdl } of searched) {
      const position = sdl.search(word);
      if (position >= 0) return { file, ...lineAndColumn(sdl, position) };
    }
  }
  return { file: searched[0]?.file ?? 'schema', line: 1, column: 1 };
}

/** Where `Type.field` or `@directive` stands in an SDL: the field below the type first, else the type. */
function searchedTexts(word: string): readonly RegExp[] {
  if (/^@\w+$/.test(word)) return [new RegExp(`${word}\\b`)];
  if (!/^\w+(\.\w+)?$/.test(word)) return [];
  const [type = '', field] = word.split('.');
  const typeAlone = new RegExp(`(?<=\\b(type|interface|input|enum|union|scalar)\\s+)${type}\\b`);
  return field === undefined
    ? [typeAlone]
    : [new RegExp(`(?<=\\btype\\s+${type}\\b[^{]*\\{[^}]*\\n\\s*)${field}\\b`), typeAlone];
}

function lineAndColumn(text: string, position: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
