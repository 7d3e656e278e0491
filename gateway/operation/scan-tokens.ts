/**
 * A first look at a text, token by token, before it is parsed: how many there are, and how deep brackets nest, which
 * is how deep a parser recurses. Ends at the first token too many. Knows no grammar.
 */

import { Lexer, Source, TokenKind } from 'graphql';

import { holdTo } from './limit-exceeded.ts';

export interface TokenLimits {
  readonly maxTokens: number;
  readonly maxDirectives: number;
}

/** Far more than any client writes, far less than the parser's stack holds. */
const MAX_NESTING = 200;

const STEP: Readonly<Record<string, number>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
  [TokenKind.PAREN_R]: -1,
};

/** Gives how many there are. Throws LIMIT_EXCEEDED, or the GraphQLError of a text that has no tokens of GraphQL. */
export function scanTokens(text: string, { maxTokens, maxDirectives }: TokenLimits): number {
  const lexer = new Lexer(new Source(text));
  let [tokens, directives, nesting] = [0, 0, 0];
  while (lexer.advance().kind !== TokenKind.EOF) {
    const { kind } = lexer.token;
    holdTo('maxTokens', (tokens += 1), maxTokens);
    if (kind === TokenKind.AT) holdTo('maxDirectives', (directives += 1), maxDirectives);
    nesting += STEP[kind] ?? 0;
    holdTo('nesting of brackets', nesting, MAX_NESTING);
  }
  return tokens;
}
