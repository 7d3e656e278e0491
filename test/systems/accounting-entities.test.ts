/**
 * What accounting adds to customers, orders and articles of the other systems, as the gateway joins it.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import {
  ADA,
  ARTICLE,
  BEN,
  CARLA,
  entryId,
  invoiceId,
  ORDER,
  STRANGER,
  writeBooks,
} from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { principalWith, startSubgraph, type Asking, type TestSubgraph } from '../kit/start-subgraph.ts';

const UNBILLED = globalIdOf('Order', 'B-2026-000002');
const UNPRICED = globalIdOf('ProductVariant', 'TEST-2');

let database: TestDatabase;
let subgraph: TestSubgraph;

beforeAll(async () => {
  database = await freshDatabase('accounting', 'empty');
  await writeBooks(database.owner);
  subgraph = await startSubgraph(accounting, database.runtime);
});

afterAll(async () => {
  await subgraph?.stop();
  await database?.drop();
});

test('customers come in the order in which they were asked for, also twice, and a stranger has nulls', async () => {
  const answer = await entities(
    [STRANGER, ADA, BEN, ADA, CARLA].map((id) => ({ __typename: 'Customer', id })),
    `... on Customer { id creditLimit { amount currency } receivable { amount } creditAvailable { amount currency }
      paymentTermDays dunningLevel creditVersion invoices(first: 1) { totalCount nodes { number } } }`,
  );
  const ada = {
    id: ADA,
    creditLimit: { amount: '5000.00', currency: 'EUR' },
    receivable: { amount: '881.00' },
    creditAvailable: { amount: '4119.00', currency: 'EUR' },
    paymentTermDays: 30,
    dunningLevel: 1,
    creditVersion: 1,
    invoices: { totalCount: 3, nodes: [{ number: 'R-2026-000003' }] },
  };
  const ben = {
    id: BEN,
    creditLimit: null,
    receivable: { amount: '50.00' },
    creditAvailable: null,
    paymentTermDays: 14,
    dunningLevel: 0,
    creditVersion: 1,
    invoices: { totalCount: 1, nodes: [{ number: 'R-2026-000004' }] },
  };
  const carla = {
    id: CARLA,
    creditLimit: { amount: '100.00', currency: 'CHF' },
    receivable: { amount: '0.00' },
    creditAvailable: { amount: '100.00', currency: 'CHF' },
    paymentTermDays: 14,
    dunningLevel: 0,
    creditVersion: 1,
    invoices: { totalCount: 0, nodes: [] },
  };
  const stranger = {
    id: STRANGER,
    creditLimit: null,
    receivable: null,
    creditAvailable: null,
    paymentTermDays: null,
    dunningLevel: null,
    creditVersion: null,
    invoices: null,
  };
  expect(answer).toEqual({ data: { _entities: [stranger, ada, ben, ada, carla] } });
});

test('pages of a customer’s invoices go on where the last one ended, newest first', async () => {
  const page = (after: string | null) =>
    entities(
      [{ __typename: 'Customer', id: ADA }],
      `... on Customer { invoices(first: 2, after: ${JSON.stringify(after)}) { edges { cursor node { number } } pageInfo { hasNextPage hasPreviousPage } } }`,
    );
  const first = (await page(null)).data._entities[0].invoices;
  expect(first).toEqual({
    edges: [
      { cursor: expect.any(String), node: { number: 'R-2026-000003' } },
      { cursor: expect.any(String), node: { number: 'R-2026-000002' } },
    ],
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  expect((await page(first.edges[1].cursor)).data._entities[0].invoices).toEqual({
    edges: [{ cursor: expect.any(String), node: { number: 'R-2026-000001' } }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  });
});

test('a key alone costs no statement', async () => {
  subgraph.takeStatements();
  const stubs = [
    { __typename: 'Customer', id: ADA },
    { __typename: 'Order', id: ORDER },
    { __typename: 'ProductVariant', id: ARTICLE },
  ];
  const answer = await entities(
    stubs,
    '__typename ... on Customer { id } ... on Order { id } ... on ProductVariant { id }',
  );
  expect(answer).toEqual({ data: { _entities: stubs } });
  expect(subgraph.takeStatements()).toEqual([]);
});

test('a hundred customers cost the statements of one', async () => {
  const count = async (ids: readonly string[]) => {
    subgraph.takeStatements();
    const fields =
      'creditAvailable { amount } receivable { amount } dunningLevel invoices { totalCount nodes { number } }';
    await entities(
      ids.map((id) => ({ __typename: 'Customer', id })),
      `... on Customer { ${fields} }`,
    );
    return subgraph.takeStatements().length;
  };
  const many = Array.from({ length: 97 }, (_, index) => globalIdOf('Customer', `many/${index}`));
  expect(await count([ADA])).toBe(4);
  expect(await count([...many, ADA, BEN, CARLA])).toBe(4);
});

test.each([
  ['1010.00', 'PARTIALLY_BILLED'],
  ['1000.00', 'BILLED'],
  ['0.01', 'BILLED'],
])('an order over %s net is %s by its one invoice that stands', async (amount, billingStatus) => {
  const order = { __typename: 'Order', id: ORDER, total: { amount, currency: 'EUR' } };
  expect(await entities([order], '... on Order { billingStatus }')).toEqual({
    data: { _entities: [{ billingStatus }] },
  });
});

test('orders have their invoices, oldest first, and none where accounting knows of none', async () => {
  const total = { amount: '1000.00', currency: 'EUR' };
  const answer = await entities(
    [UNBILLED, ORDER].map((id) => ({ __typename: 'Order', id, total })),
    '... on Order { billingStatus invoices { number status } }',
  );
  expect(answer).toEqual({
    data: {
      _entities: [
        { billingStatus: 'NOT_BILLED', invoices: [] },
        {
          billingStatus: 'BILLED',
          invoices: [
            { number: 'R-2026-000001', status: 'PARTIALLY_PAID' },
            { number: 'R-2026-000002', status: 'CANCELLED' },
            { number: 'R-2026-000003', status: 'CREDITED' },
          ],
        },
      ],
    },
  });
});

test('a margin is price less purchase price, and null where that cannot be said', async () => {
  const answer = await entities(
    [
      { __typename: 'ProductVariant', id: ARTICLE, price: { amount: '999.90', currency: 'EUR' } },
      { __typename: 'ProductVariant', id: ARTICLE, price: { amount: '700.00', currency: 'EUR' } },
      { __typename: 'ProductVariant', id: ARTICLE, price: { amount: '999.90', currency: 'CHF' } },
      { __typename: 'ProductVariant', id: UNPRICED, price: { amount: '1.00', currency: 'EUR' } },
    ],
    '... on ProductVariant { purchasePrice { amount currency } margin { amount currency } }',
  );
  const purchasePrice = { amount: '800.00', currency: 'EUR' };
  expect(answer).toEqual({
    data: {
      _entities: [
        { purchasePrice, margin: { amount: '199.90', currency: 'EUR' } },
        { purchasePrice, margin: { amount: '-100.00', currency: 'EUR' } },
        { purchasePrice, margin: null },
        { purchasePrice: null, margin: null },
      ],
    },
  });
});

test.each([
  ['Order', ORDER, 'billingStatus', {}],
  ['Order', ORDER, 'billingStatus', { total: { amount: 'much', currency: 'EUR' } }],
  ['ProductVariant', ARTICLE, 'margin { amount }', { price: { amount: '1.00', currency: 'XXX' } }],
  ['ProductVariant', ARTICLE, 'margin { amount }', { price: { amount: '1.005', currency: 'EUR' } }],
])('%s with a malformed required field is a fault', async (__typename, id, selection, required) => {
  const field = selection.split(' ')[0] ?? '';
  const answer = await entities([{ __typename, id, ...required }], `... on ${__typename} { ${selection} }`);
  expect(answer).toEqual({
    data: { _entities: [{ [field]: null }] },
    errors: [
      {
        message: ERRORS.INTERNAL.says,
        locations: expect.any(Array),
        path: ['_entities', 0, field],
        extensions: { code: 'INTERNAL' },
      },
    ],
  });
});

test('accounting’s own entities are found by their keys, and unknown ones are null', async () => {
  const answer = await entities(
    [
      { __typename: 'JournalEntry', id: entryId(1) },
      { __typename: 'Invoice', id: globalIdOf('Invoice', 'no') },
      { __typename: 'Invoice', id: invoiceId(4) },
      { __typename: 'LedgerAccount', id: globalIdOf('LedgerAccount', '1200') },
      { __typename: 'Payment', id: globalIdOf('Payment', '1') },
    ],
    `... on JournalEntry { number } ... on Invoice { number } ... on LedgerAccount { name }
     ... on Payment { method }`,
  );
  expect(answer).toEqual({
    data: {
      _entities: [
        { number: 'J-2026-000001' },
        null,
        { number: 'R-2026-000004' },
        { name: 'Bank' },
        { method: 'BANK_TRANSFER' },
      ],
    },
  });
});

test('a customer sees their own terms and their own part of an order, nothing of another’s', async () => {
  const total = { amount: '1000.00', currency: 'EUR' };
  const query =
    '... on Order { billingStatus invoices { number } } ... on Customer { receivable { amount } }';
  const asked = [
    { __typename: 'Order', id: ORDER, total },
    { __typename: 'Customer', id: ADA },
  ];
  expect(await entities(asked, query, { as: principalWith('customer', ADA) })).toEqual({
    data: {
      _entities: [
        {
          billingStatus: 'BILLED',
          invoices: [{ number: 'R-2026-000001' }, { number: 'R-2026-000002' }, { number: 'R-2026-000003' }],
        },
        { receivable: { amount: '881.00' } },
      ],
    },
  });
  expect(await entities(asked, query, { as: principalWith('customer', BEN) })).toEqual({
    data: { _entities: [{ billingStatus: 'NOT_BILLED', invoices: [] }, { receivable: null }] },
    errors: [forbidden([1, 'receivable'], 'Customer.receivable', 'holds credit:read or is this customer')],
  });
});

test('who ships orders sees how far they are billed, and neither invoices nor margins', async () => {
  const asked = [
    { __typename: 'Order', id: ORDER, total: { amount: '1000.00', currency: 'EUR' } },
    { __typename: 'ProductVariant', id: ARTICLE },
    { __typename: 'Invoice', id: invoiceId(1) },
  ];
  const query = `... on Order { billingStatus invoices { number } } ... on ProductVariant { purchasePrice { amount } }
    ... on Invoice { id }`;
  expect(await entities(asked, query, { as: 'warehouse' })).toEqual({
    data: { _entities: [{ billingStatus: 'BILLED', invoices: null }, { purchasePrice: null }, null] },
    errors: [
      forbidden([0, 'invoices'], 'Order.invoices', 'holds invoices:read or sees their own'),
      forbidden([1, 'purchasePrice'], 'ProductVariant.purchasePrice', 'holds costs:read'),
    ],
  });
});

function entities(representations: readonly object[], selection: string, asking: Asking = {}) {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return subgraph.ask(query, { ...asking, variables: { representations } });
}

function forbidden(path: readonly (string | number)[], field: string, rule: string) {
  return {
    message: ERRORS.FORBIDDEN.says,
    locations: expect.any(Array),
    path: ['_entities', ...path],
    extensions: { code: 'FORBIDDEN', reason: expect.any(String), details: { field, rule } },
  };
}
