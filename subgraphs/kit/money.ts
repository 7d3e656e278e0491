/**
 * Money inside the subgraphs: a whole number of the currency's minor units and the currency. Never a float, never
 * an amount without its currency. At the edge it is a decimal string (see the `Money` type of the schema).
 */

import { z } from 'zod';

import { badInput } from './known-error.ts';

export interface MoneyValue {
  readonly minor: bigint;
  readonly currency: string;
}

/** What a client sends as `MoneyInput`; `parseMoney` reads the text, because decimals depend on the currency. */
export const moneyInput = z.object({
  amount: z.string('Not a decimal number in quotes such as "12.50".'),
  currency: z.string('Not a currency code in quotes such as "EUR".'),
});

export type MoneyInput = Readonly<z.output<typeof moneyInput>>;

/** Decimals of the currencies that the company trades in (ISO 4217, list one). */
const DECIMALS: Readonly<Record<string, number>> = { EUR: 2, USD: 2, GBP: 2, CHF: 2, JPY: 0 };
/** Fits PostgreSQL's bigint with room for sums. */
const LARGEST_MINOR = 10n ** 15n;
const DECIMAL = /^(?<sign>-?)(?<whole>\d{1,15})(?:\.(?<fraction>\d{1,9}))?$/;

export function isCurrency(code: string): boolean {
  return Object.hasOwn(DECIMALS, code);
}

/** `{ minor: 129990n, currency: 'EUR' }` is `1299.90`. */
export function decimalOf({ minor, currency }: MoneyValue): string {
  const decimals = decimalsOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals);
  return `${minor < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Throws BAD_USER_INPUT naming the argument for an unknown currency, a malformed amount or too many decimals. */
export function parseMoney(input: MoneyInput, argument: string): MoneyValue {
  if (!isCurrency(input.currency)) {
    throw badInput(
      `${argument}.currency`,
      `Not a currency that we trade in; those are ${Object.keys(DECIMALS).join(', ')}.`,
    );
  }
  const parts = DECIMAL.exec(input.amount)?.groups;
  if (parts === undefined) throw badInput(`${argument}.amount`, 'Not a decimal number such as "12.50".');
  const decimals = decimalsOf(input.currency);
  const { sign = '', whole = '', fraction = '' } = parts;
  if (/[1-9]/.test(fraction.slice(decimals))) {
    throw badInput(`${argument}.amount`, `${input.currency} has ${decimals} decimals.`);
  }
  const minor = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (minor > LARGEST_MINOR) throw badInput(`${argument}.amount`, 'The amount is too large.');
  return { minor: sign === '-' ? -minor : minor, currency: input.currency };
}

/**
 * A Money of another system, which the gateway brought along for `@requires`. Throws a plain error for anything
 * else: that is a fault between the systems, not a mistake of the client.
 */
export function moneyOfRepresentation(value: unknown, field: string): MoneyValue {
  try {
    return parseMoney(moneyInput.parse(value), field);
  } catch (error) {
    throw new Error(`${field} came as no money`, { cause: error });
  }
}

/** The `Money` object of the schema from a pair of columns; null where the amount is null. */
export function moneyOf(minor: bigint | null, currency: string): { amount: string; currency: string } | null {
  return minor === null ? null : { amount: decimalOf({ minor, currency }), currency };
}

function decimalsOf(currency: string): number {
  const decimals = DECIMALS[currency];
  if (decimals === undefined) throw new Error(`no decimals are known for the currency ${currency}`);
  return decimals;
}
