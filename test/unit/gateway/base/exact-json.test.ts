/**
 * JSON read with all digits, on values of any kind and numbers of any length. Knows no GraphQL.
 */

import {
  array,
  assert,
  bigInt,
  integer,
  jsonValue,
  option,
  property,
  stringMatching,
  tuple,
} from 'fast-check';

import {
  hasManyDigits,
  isWrittenNumber,
  parseExactly,
  rememberVariables,
  variablesAsWritten,
} from '../../../../gateway/base/exact-json.ts';
import { SEED } from '../../../kit/seed.ts';

const seed = SEED;

test('what a double holds is read as ever', () => {
  const isSame = property(jsonValue({ maxDepth: 4 }), (value) => {
    const text = JSON.stringify(value);
    expect(parseExactly(text)).toEqual(JSON.parse(text));
  });
  assert(isSame, { seed, numRuns: 500 });
});

test('every digit of a number comes back', () => {
  const whole = bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
  // The last digit is no zero, for those behind a point may be left out.
  const number = tuple(whole, option(stringMatching(/^\d{0,30}[1-9]$/))).map(([front, fraction]) =>
    fraction === null ? String(front) : `${front}.${fraction}`,
  );
  const comesBack = property(array(number), (numbers) => {
    const text = `{"in":[${numbers.join(',')}]}`;
    expect(JSON.stringify(parseExactly(text))).toBe(text);
  });
  assert(comesBack, { seed, numRuns: 500 });
});

test('an id that a double holds, but would be written with other digits, comes back', () => {
  const text = '[-9223372036854775808,1152921504606846976,9223372036854775296,9007199254740994]';
  expect(JSON.stringify(parseExactly(text))).toBe(text);
  expect(hasManyDigits(text)).toBe(true);
});

test('a number that is only written otherwise is a plain one', () => {
  const text =
    '[1.0000000000000000, 100000000000000000000, 0.30000000000000004, 1234567890123456e-3, -0.0000000000000000]';
  expect(parseExactly(text)).toEqual([1, 1e20, 0.30000000000000004, 1234567890123.456, -0]);
});

test.each(['1e-400', '1e400', '-1.5E-330', '1.2345e+309', '4.94065645841246e-324'])(
  'a number that no double holds for its exponent comes back: %s',
  (number) => {
    expect(JSON.stringify(parseExactly(`{"in":[${number}]}`))).toBe(`{"in":[${number}]}`);
  },
);

test('a number whose exponent is only long is a plain one', () => {
  expect(parseExactly('[1e300, 0e-400, 1.5e-300, 5e-324]')).toEqual([1e300, 0, 1.5e-300, 5e-324]);
});

test('digits in a text are no number', () => {
  const text = '{"id":"12345678901234567890","of":["a, 12345678901234567890"]}';
  expect(parseExactly(text)).toEqual(JSON.parse(text));
  expect(hasManyDigits(text)).toBe(false);
});

test('what is no JSON is no JSON', () => {
  for (const text of ['', '{"a":12345678901234567890', '[12345678901234567890x]', '01234567890123456789'])
    expect(() => parseExactly(text)).toThrow(SyntaxError);
});

test.each([
  ['a whole number', '9'.repeat(300_000)],
  ['zeros in the middle', `1.${'0'.repeat(300_000)}1`],
  ['zeros at the beginning', `0.${'0'.repeat(300_000)}1`],
  ['zeros at the end', `1.5${'0'.repeat(300_000)}`],
  ['an exponent', `1${'0'.repeat(300_000)}e-300000`],
])('very many digits come back: %s', (_what, digits) => {
  // What grew with the square of their number would not end here.
  expect(JSON.stringify(parseExactly(`[${digits}]`)).length).toBeLessThanOrEqual(digits.length + 2);
});

test('variables are known again, of one operation and of several', () => {
  const text = (of: number) => `{"variables":{"of":9007199254740993,"n":${of}}}`;
  const one = JSON.parse(text(1));
  rememberVariables(one, text(1));
  expect(JSON.stringify(variablesAsWritten(one.variables))).toBe('{"of":9007199254740993,"n":1}');
  const all = `[${text(2)},{"query":""},${text(3)}]`;
  const several = JSON.parse(all);
  rememberVariables(several, all);
  expect(JSON.stringify(variablesAsWritten(several[2].variables))).toBe('{"of":9007199254740993,"n":3}');
  const message = `{"type":"subscribe","payload":${text(4)}}`;
  const subscribe = JSON.parse(message);
  rememberVariables(subscribe, message, 'payload');
  expect(isWrittenNumber(variablesAsWritten(subscribe.payload.variables)['of'])).toBe(true);
  const others = { of: 1 };
  expect(variablesAsWritten(others)).toBe(others);
});

test('what lies in it is not taken for a number that was written', () => {
  const isNone = property(integer(), (value) => {
    expect(isWrittenNumber({ rawJSON: String(value) })).toBe(false);
    expect(isWrittenNumber(value)).toBe(false);
  });
  assert(isNone, { seed });
  expect(isWrittenNumber(null)).toBe(false);
});
