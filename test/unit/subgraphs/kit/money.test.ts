/**
 * Money: what goes in as a decimal comes out as the same decimal, and nothing is ever rounded in silence.
 */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decimalOf, moneyOf, parseMoney } from '../../../../subgraphs/kit/money.ts';

test('every amount survives the way out and in again', () => {
  const currencies = fc.constantFrom('EUR', 'CHF', 'JPY');
  const amounts = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  fc.assert(
    fc.property(amounts, currencies, (minor, currency) => {
      const text = decimalOf({ minor, currency });
      expect(parseMoney({ amount: text, currency }, 'money')).toEqual({ minor, currency });
    }),
    { seed: 20261122 },
  );
});

test.each([
  [129990n, 'EUR', '1299.90'],
  [-5n, 'EUR', '-0.05'],
  [0n, 'EUR', '0.00'],
  [1200n, 'JPY', '1200'],
])('%s minor units of %s read %s', (minor, currency, text) => {
  expect(decimalOf({ minor, currency })).toBe(text);
});

test.each([
  ['12.345', 'EUR', 'money.amount'],
  ['1e3', 'EUR', 'money.amount'],
  ['1,50', 'EUR', 'money.amount'],
  ['', 'EUR', 'money.amount'],
  [' 1', 'EUR', 'money.amount'],
  ['--1', 'EUR', 'money.amount'],
  ['99999999999999999', 'EUR', 'money.amount'],
  ['1.5', 'JPY', 'money.amount'],
  ['1', 'XXX', 'money.currency'],
  ['1', '__proto__', 'money.currency'],
])('%s %s is refused, naming %s', (amount, currency, argument) => {
  expect(() => parseMoney({ amount, currency }, 'money')).toThrow(
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', argument }) }),
  );
});

test('decimals that are zero may be more than the currency has', () => {
  expect(parseMoney({ amount: '1.5000', currency: 'EUR' }, 'money')).toEqual({
    minor: 150n,
    currency: 'EUR',
  });
});

test('no amount is no money', () => {
  expect(moneyOf(null, 'EUR')).toBeNull();
});
