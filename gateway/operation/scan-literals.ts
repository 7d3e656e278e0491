/**
 * A text of GraphQL without its numbers and strings: what clients that write values into their texts send again and
 * again. Cut by the tokens of the grammar (GraphQL, 2.1.8 and 2.9), without parsing. Knows no schema.
 */

import { Kind, parseConstValue } from 'graphql';

export interface ScannedText {
  /** With a mark in the place of each literal. */
  readonly pattern: string;
  /** As they are written, in their order. */
  readonly literals: readonly string[];
}

/** What no text may have outside of strings and comments. */
const MARKS = { string: '\u0001', float: '\u0002', int: '\u0003' };

/** Those that nobody closes go on to where they have to end, so that nothing is read twice. */
const TOKENS =
  /"""(?:\\"""|[^])*?(?:"""|$)|"(?:[^"\\\n\r]|\\.)*"?|#[^\n\r]*|[_A-Za-z][_0-9A-Za-z]*|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;

/** More would be no operation that somebody wrote, but data. */
const MOST_LITERALS = 100;
/** The expression keeps something of each character of a token, for which there is not room without end. */
const MOST_CHARACTERS = 2_000_000;

/** Undefined where there is none, or so many that it is not worth it. A text that is no GraphQL gives anything. */
export function scanLiterals(text: string): ScannedText | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const literals: string[] = [];
  let [pattern, end, endOfLiteral] = ['', 0, -1];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    const mark = markOf(token);
    if (mark === undefined) continue;
    pattern += text.slice(end, index) + mark;
    end = index + token.length;
    // Two that touch may be one that is wrong.
    if (index === endOfLiteral || literals.push(token) > MOST_LITERALS) return undefined;
    endOfLiteral = end;
  }
  return literals.length === 0 ? undefined : { pattern: pattern + text.slice(end), literals };
}

/** Undefined for a name and for a comment, which stay. */
function markOf(token: string): string | undefined {
  switch (token.charCodeAt(0)) {
    case 0x22:
      return MARKS.string;
    case 0x23:
      return undefined;
    case 0x2d:
      return markOfNumber(token);
    default:
      return token.charCodeAt(0) <= 0x39 ? markOfNumber(token) : undefined;
  }
}

function markOfNumber(token: string): string {
  return /[.eE]/.test(token) ? MARKS.float : MARKS.int;
}

/** What the string literal says; undefined where it is none. */
export function readString(literal: string): string | undefined {
  const isPlain = literal.length >= 2 && literal.endsWith('"') && !literal.startsWith('"""');
  if (isPlain && !literal.includes('\\')) return literal.isWellFormed() ? literal.slice(1, -1) : undefined;
  try {
    const node = parseConstValue(literal);
    return node.kind === Kind.STRING ? node.value : undefined;
  } catch {
    return undefined;
  }
}
