/**
 * The literals of a text are those that the lexer of graphql-js finds, whatever stands between them; what it does not
 * take has no pattern that a right text has.
 */

import fc from 'fast-check';
import { Lexer, Source, TokenKind } from 'graphql';

import { readString, scanLiterals } from '../../../../gateway/operation/scan-literals.ts';
import { SEED } from '../../../kit/seed.ts';

const LITERALS: readonly string[] = [
  TokenKind.STRING,
  TokenKind.BLOCK_STRING,
  TokenKind.INT,
  TokenKind.FLOAT,
];

interface Lexed {
  readonly literals: readonly string[];
  /** What strings say. */
  readonly strings: readonly string[];
  /** Kinds of literals, and whatever else there is. */
  readonly skeleton: string;
}

/** Undefined for what the lexer does not take. */
function lexed(text: string): Lexed | undefined {
  const lexer = new Lexer(new Source(text));
  const tokens = [];
  try {
    while (lexer.advance().kind !== TokenKind.EOF) tokens.push(lexer.token);
  } catch {
    return undefined;
  }
  const literals = tokens.filter(({ kind }) => LITERALS.includes(kind));
  return {
    literals: literals.map(({ start, end }) => text.slice(start, end)),
    strings: literals.flatMap(({ kind, value }) => (kind.endsWith('String') ? [value ?? ''] : [])),
    skeleton: tokens.map(({ kind, value }) => (kind === TokenKind.NAME ? value : kindOf(kind))).join(' '),
  };
}

const kindOf = (kind: TokenKind) => (kind === TokenKind.BLOCK_STRING ? TokenKind.STRING : kind);

const piece = fc.constantFrom(
  ...['"', '"""', '\\', '\\"', '\\"""', '\\u0041', '\\u{1F600}', '\\n', '\n', '\r', '#', ' ', ',', '-', '.'],
  ...['0', '1', '12', '007', '1.5', '-1', '1e3', 'e', '1E-2', 'a', '_b1', 'é', '\ud800', '\u0001', '\u0003'],
  ...['{', '}', '(', ')', '[', ']', ':', '$', '@', '!', '...', '|', '"x"', '"a b"', '""'],
);
const texts = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));

test('literals are those of the lexer', () => {
  let compared = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const right = lexed(text);
      const scanned = scanLiterals(text);
      if (right === undefined || scanned === undefined) return;
      compared += 1;
      expect(scanned.literals).toEqual(right.literals);
      const strings = scanned.literals.filter((literal) => literal.startsWith('"'));
      expect(strings.map(readString)).toEqual(right.strings);
    }),
    { numRuns: 20_000, seed: SEED },
  );
  expect(compared).toBeGreaterThan(1_000);
});

test('two texts of one pattern are both right or both wrong, and of the same tokens', () => {
  const seen = new Map<string, { readonly text: string; readonly skeleton: string | undefined }>();
  let compared = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const scanned = scanLiterals(text);
      if (scanned === undefined) return;
      // A string that says nothing leaves the text as it is.
      if (scanned.literals.some((each) => each.startsWith('"') && readString(each) === undefined)) return;
      const key = `${scanned.literals.length} ${scanned.pattern}`;
      const skeleton = lexed(text)?.skeleton;
      const other = seen.get(key);
      seen.set(key, { text, skeleton });
      if (other === undefined || other.text === text) return;
      compared += 1;
      expect({ text, skeleton }).toEqual({ text, skeleton: other.skeleton });
    }),
    { numRuns: 40_000, seed: SEED },
  );
  expect(compared).toBeGreaterThan(500);
});

test.each([
  ['{ a(b: 1) }', '{ a(b: 2) }'],
  ['{ a(b: "1", c: 1.5) }', '{ a(b: """2 "x" \\""" """, c: -1e9) }'],
  ['{ a(b: 1) # 1 "\n }', '{ a(b: 2) # 1 "\n }'],
])('%j is like %j', (one, other) => {
  expect(scanLiterals(one)?.pattern).toBe(scanLiterals(other)?.pattern);
});

test.each([
  ['{ a(b: 1) }', '{ a(b: 1.0) }'],
  ['{ a(b: 1) }', '{ a(b: "1") }'],
  ['{ a1(b: 1) }', '{ a2(b: 1) }'],
  ['{ a(b: 1) }', '{ a(b:  1) }'],
  ['{ a(b: 1) # 1\n }', '{ a(b: 1) # 2\n }'],
])('%j is unlike %j', (one, other) => {
  expect(scanLiterals(one)?.pattern).not.toBe(scanLiterals(other)?.pattern);
});

test.each(['"', '#', '1', 'a', '"""'])('a text of many megabytes is let alone: %s', (start) => {
  // The expression would run out of room.
  const text = `{ a(b: 1) } ${start}${start.slice(-1).replace('"', 'x').repeat(40_000_000)}`;
  expect(scanLiterals(text)).toBeUndefined();
});

test('a text of a megabyte is scanned once, whatever is left open in it', () => {
  for (const open of ['"""\n\\', '"\\', '"\n', '"" ', '-', '1.', '"""']) {
    // Were it read again and again, it would take minutes.
    scanLiterals(open.repeat(1_000_000 / open.length));
  }
});
