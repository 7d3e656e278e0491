/**
 * Accounting's mutations: check the input, hand it to the connector, give back what is now true.
 */

import { z } from 'zod';

import { idOf, line, orNull, parseArguments, version } from '../../kit/arguments.ts';
import { badInput } from '../../kit/known-error.ts';
import { moneyInput, parseMoney, type MoneyInput, type MoneyValue } from '../../kit/money.ts';
import type { MutationResolvers } from '../../kit/mutations.ts';
import { accountingDay, pastDay } from '../connector/accounting-day.ts';
import { cancelInvoice } from '../connector/cancel-invoice.ts';
import { issueInvoice } from '../connector/issue-invoice.ts';
import { recordPayment } from '../connector/record-payment.ts';
import { setCreditLimit } from '../connector/write-credit-limit.ts';

const MOST_LINES = 200;
const LARGEST_QUANTITY = 1_000_000;
const NOT_A_TAX_RATE = 'Not a share of one with at most four decimals, such as "0.19".';

const invoiceLine = z.object({
  description: line(500),
  quantity: z.int().min(1, 'At least 1.').max(LARGEST_QUANTITY, `At most ${LARGEST_QUANTITY}.`),
  unitPrice: moneyInput,
  taxRate: z.string(NOT_A_TAX_RATE).regex(/^0(\.\d{1,4}0*)?$/, NOT_A_TAX_RATE),
  variantId: orNull(idOf('ProductVariant')),
});

const issueInvoiceArguments = z.object({
  input: z
    .object({
      customerId: idOf('Customer'),
      orderId: orNull(idOf('Order')),
      orderNumber: orNull(line(50)),
      issuedOn: orNull(pastDay),
      lines: z
        .array(invoiceLine)
        .min(1, `At least 1 and at most ${MOST_LINES}.`)
        .max(MOST_LINES, `At least 1 and at most ${MOST_LINES}.`),
    })
    .refine(({ orderId, orderNumber }) => (orderId === null) === (orderNumber === null), {
      path: ['orderNumber'],
      message: 'Goes with `orderId`: give both or none.',
    }),
});

const recordPaymentArguments = z.object({
  input: z.object({
    invoiceId: idOf('Invoice'),
    amount: moneyInput,
    receivedOn: orNull(pastDay),
    method: z.string(),
    reference: orNull(line(200)),
  }),
});

const setCreditLimitArguments = z.object({
  input: z.object({ customerId: idOf('Customer'), creditLimit: moneyInput, expectedVersion: version }),
});

const cancelInvoiceArguments = z.object({
  input: z.object({ invoiceId: idOf('Invoice'), reason: line(500) }),
});

export const mutationResolvers = {
  issueInvoice: async (_root, given, { transaction }) => {
    const { lines, issuedOn, ...invoice } = parseArguments(issueInvoiceArguments, given).input;
    const billed = pricedLines(lines);
    return {
      invoice: await issueInvoice(transaction, { ...invoice, ...billed, issuedOn: issuedOn ?? today() }),
    };
  },
  recordPayment: async (_root, given, { transaction }) => {
    const { amount, receivedOn, ...payment } = parseArguments(recordPaymentArguments, given).input;
    const parsed = parseMoney(amount, 'input.amount');
    if (parsed.minor <= 0n) throw badInput('input.amount.amount', 'Must be more than zero.');
    const recorded = { ...payment, amount: parsed, receivedOn: receivedOn ?? today() };
    return { payment: await recordPayment(transaction, recorded) };
  },
  setCreditLimit: async (_root, given, { transaction }) => {
    const { input } = parseArguments(setCreditLimitArguments, given);
    const creditLimit = moneyNotBelowZero(input.creditLimit, 'input.creditLimit');
    await setCreditLimit(transaction, { ...input, creditLimit });
    return { customer: { id: input.customerId } };
  },
  cancelInvoice: async (_root, given, { transaction }) => {
    const { input } = parseArguments(cancelInvoiceArguments, given);
    return { creditNote: await cancelInvoice(transaction, { ...input, issuedOn: today() }) };
  },
} satisfies MutationResolvers;

/** Throws BAD_USER_INPUT naming the line whose price is malformed or in another currency than the first one's. */
function pricedLines<Line extends { readonly unitPrice: MoneyInput }>(lines: readonly Line[]) {
  const currency = lines[0]?.unitPrice.currency ?? '';
  const priced = lines.map(({ unitPrice, ...unpriced }, index) => {
    const argument = `input.lines.${index}.unitPrice`;
    const price = moneyNotBelowZero(unitPrice, argument);
    if (price.currency !== currency) {
      throw badInput(`${argument}.currency`, 'All lines of an invoice have one currency.');
    }
    return { ...unpriced, unitPriceMinor: price.minor };
  });
  return { currency, lines: priced };
}

function moneyNotBelowZero(given: MoneyInput, argument: string): MoneyValue {
  const money = parseMoney(given, argument);
  if (money.minor < 0n) throw badInput(`${argument}.amount`, 'Must not be below zero.');
  return money;
}

function today(): string {
  return accountingDay(new Date());
}
