/**
 * What an invoice comes to. Tax is taken once for each tax rate, on the net sum of its lines, and rounded half up
 * to the minor unit; that is what is printed, so that the sum of rounded lines never differs from it.
 */

import { badInput } from '../../kit/known-error.ts';

export interface BilledLine {
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  /** As a share of one with at most four decimals, such as `0.19`. */
  readonly taxRate: string;
}

export interface InvoiceAmounts {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

const WHOLE = 10_000n;
/** Leaves room for sums over many invoices in PostgreSQL's bigint. */
const LARGEST_TOTAL_MINOR = 10n ** 15n;

/** Throws BAD_USER_INPUT naming `input.lines` where the invoice comes to nothing, or to more than can be kept. */
export function amountsOf(lines: readonly BilledLine[]): InvoiceAmounts {
  const byRate = Map.groupBy(lines, ({ taxRate }) => tenThousandthsOf(taxRate));
  const groups = [...byRate].map(([rate, members]) => ({ rate, net: sum(members.map(netOf)) }));
  const netMinor = sum(groups.map(({ net }) => net));
  const taxMinor = sum(groups.map(({ rate, net }) => (net * rate + WHOLE / 2n) / WHOLE));
  const totalMinor = netMinor + taxMinor;
  if (totalMinor === 0n) throw badInput('input.lines', 'An invoice comes to more than zero.');
  if (totalMinor > LARGEST_TOTAL_MINOR) throw badInput('input.lines', 'The invoice comes to too much.');
  return { netMinor, taxMinor, totalMinor };
}

export function netOf({ quantity, unitPriceMinor }: BilledLine): bigint {
  return BigInt(quantity) * unitPriceMinor;
}

function tenThousandthsOf(taxRate: string): bigint {
  const [, fraction = ''] = taxRate.split('.');
  return BigInt(fraction.slice(0, 4).padEnd(4, '0'));
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
