/**
 * One endpoint over the three real systems: an answer joins what each of them owns, costs a number of statements
 * that depends on the question alone, and loses no more than the fields of a system that is down.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { OWNERSHIP, type SystemName } from '../../schema/ownership.ts';
import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { startCompany, type TestCompany } from '../kit/start-company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
});
afterAll(async () => {
  await company?.stop();
});

test('one query joins name, receivable, orders and their billing status', async () => {
  const query = `{ customerByNumber(number: "C-10001") {
    name receivable { amount currency } creditAvailable { amount } mayBuyOnAccount
    orders(first: 3) { nodes { number total { amount } billingStatus invoices { number status } } } } }`;
  const { data, errors } = await company.ask(query, { as: 'sales' });
  expect(errors).toBeUndefined();
  const { customerByNumber: customer } = data;
  expect(customer).toMatchObject({ name: 'Blumenthal & Söhne GmbH', mayBuyOnAccount: true });
  expect(customer.orders.nodes).toHaveLength(3);
  for (const order of customer.orders.nodes) {
    expect(order).toMatchObject({
      number: expect.stringMatching(/^B-\d{4}-\d{6}$/),
      billingStatus: expect.stringMatching(/BILLED|PAID/),
    });
    expect(order.invoices.length).toBeGreaterThan(0);
  }
});

test('the number of statements in each system depends on the shape of a query, never on the number of rows', async () => {
  const query = `query ($first: Int!) { customers(first: $first) { nodes {
    deals { nodes { lines { variant { stock } } } }
    invoices { nodes { payments { amount { amount } } } }
    orders { nodes { lines { variant { price { amount } } } } } } } }`;
  const countOf = async (first: number) => {
    SYSTEM_NAMES.forEach((system) => company.takeStatements(system));
    const { data, errors } = await company.ask(query, { variables: { first } });
    expect(errors).toBeUndefined();
    const counts = Object.fromEntries(
      SYSTEM_NAMES.map((system) => [system, company.takeStatements(system).length]),
    );
    return { counts, rows: Number(data.customers.nodes.length) };
  };
  const few = await countOf(5);
  const many = await countOf(40);
  expect(many.rows).toBe(8 * few.rows);
  expect(many.counts).toEqual(few.counts);
  expect(many.counts).toEqual({ crm: 3, accounting: 3, shop: 4 });
});

test('a customer sees what is theirs through all three systems, and nothing of another', async () => {
  const query = `query ($number: String!) { customerByNumber(number: $number) { name receivable { amount } orders(first: 1) { nodes { number } } } me { number } }`;
  const own = await company.ask(query, { as: 'C-10001', variables: { number: 'C-10001' } });
  expect(own).toMatchObject({
    data: { customerByNumber: { name: 'Blumenthal & Söhne GmbH' }, me: { number: 'C-10001' } },
  });
  expect(own.errors).toBeUndefined();
  const others = await company.ask(query, { as: 'C-10001', variables: { number: 'C-10002' } });
  expect(others).toEqual({ data: { customerByNumber: null, me: { number: 'C-10001' } } });
});

test('a mistake in an argument comes back by the name of the argument', async () => {
  const answer = await company.ask(
    '{ customers(first: 1000) { nodes { name } } orders(first: 1) { totalCount } }',
    { as: 'sales' },
  );
  expect(answer).toEqual({
    data: { customers: null, orders: { totalCount: expect.any(Number) } },
    errors: [
      {
        message: ERRORS.BAD_USER_INPUT.says,
        path: ['customers'],
        extensions: {
          code: 'BAD_USER_INPUT',
          subgraph: 'crm',
          team: 'sales-operations',
          retryable: false,
          requestId: expect.any(String),
          argument: 'first',
          reason: expect.any(String),
        },
      },
    ],
  });
});

test.each<[SystemName, string, string]>([
  ['accounting', 'receivable { amount }', 'receivable'],
  ['shop', 'orders { nodes { number } }', 'orders'],
])(
  'while %s is down, its fields are null with an error that names it, and the others answer',
  async (system, selection, key) => {
    const partial = await startCompany({ down: [system] });
    const answer = await partial.ask(`{ customerByNumber(number: "C-10001") { name ${selection} } }`);
    await partial.stop();
    expect(answer).toEqual({
      data: { customerByNumber: { name: 'Blumenthal & Söhne GmbH', [key]: null } },
      errors: [
        {
          message: ERRORS.SUBGRAPH_UNAVAILABLE.says,
          path: ['customerByNumber', key],
          extensions: {
            code: 'SUBGRAPH_UNAVAILABLE',
            subgraph: system,
            team: OWNERSHIP[system].team,
            retryable: true,
            retryAfterMs: 1_000,
            requestId: expect.any(String),
          },
        },
      ],
    });
  },
);
