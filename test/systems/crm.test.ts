/**
 * The CRM's subgraph over real PostgreSQL, asked as the gateway asks.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { customerIdOf, globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { crm } from '../../subgraphs/crm/subgraph.ts';
import { freshDatabase } from '../kit/company-databases.ts';
import { ADA, ARTICLE, BEN, DEAL, startCrm } from '../kit/start-crm.ts';
import { principalWith, startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

let subgraph: TestSubgraph;

beforeAll(async () => {
  subgraph = await startCrm();
});

afterAll(async () => {
  await subgraph?.stop();
});

test('a customer answers with what the CRM owns', async () => {
  const answer = await subgraph.ask(
    `query ($id: ID!) { customer(id: $id) {
      id number kind name email phone billingAddress { street postalCode city country } lifecycleStage marketingConsent
      accountManager { name } version createdAt
      deals { totalCount nodes { title stage value { amount currency } lines { position quantity unitPrice { amount } variant { id sku } } } }
      contacts { nodes { name isPrimary } }
    } }`,
    { variables: { id: ADA } },
  );
  expect(answer).toEqual({
    data: {
      customer: {
        id: ADA,
        number: 'C-10001',
        kind: 'PERSON',
        name: 'Ada Byron',
        email: 'ada@example.org',
        phone: null,
        billingAddress: {
          street: 'St James’s Square 12',
          postalCode: 'SW1Y 4JH',
          city: 'London',
          country: 'GB',
        },
        lifecycleStage: 'ACTIVE',
        marketingConsent: true,
        accountManager: { name: 'Ines Falk' },
        version: 1,
        createdAt: '2024-02-29T10:00:00.123Z',
        deals: {
          totalCount: 1,
          nodes: [
            {
              title: 'Engine',
              stage: 'PROPOSAL',
              value: { amount: '2599.80', currency: 'EUR' },
              lines: [
                {
                  position: 1,
                  quantity: 2,
                  unitPrice: { amount: '1299.90' },
                  variant: { id: ARTICLE, sku: 'TEST-1' },
                },
              ],
            },
          ],
        },
        contacts: { nodes: [{ name: 'Mary S.', isPrimary: true }] },
      },
    },
  });
});

test('pages follow one another without gap or repetition, in every order', async () => {
  for (const field of ['NUMBER', 'NAME', 'CREATED_AT', 'UPDATED_AT']) {
    for (const direction of ['ASC', 'DESC']) {
      const orderBy = { field, direction };
      const whole = await namesOf({ first: 100, orderBy });
      const parts: string[] = [];
      let after: string | null = null;
      do {
        const page = await pageOf({ first: 2, after, orderBy });
        parts.push(...page.nodes.map((node: { name: string }) => node.name));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(parts).toEqual(whole);
      expect(parts).toHaveLength(5);
    }
  }
});

test.each([
  ['a page of no rows', 'customers(first: 0) { nodes { id } }', 'first'],
  ['a page that is too large', 'customers(first: 101) { nodes { id } }', 'first'],
  ['a cursor that was made up', 'customers(after: "abc") { nodes { id } }', 'after'],
  [
    'a cursor of another list',
    `customers(after: "${Buffer.from('["deals/TITLE/ASC","a","b"]').toString('base64url')}") { nodes { id } }`,
    'after',
  ],
  [
    'a cursor with a forged value',
    `customers(orderBy: { field: CREATED_AT }, after: "${Buffer.from('["customers/CREATED_AT/ASC","never","b"]').toString('base64url')}") { nodes { id } }`,
    'after',
  ],
  ['an id of no customer', 'customer(id: "1") { id }', 'id'],
  ['an id of another type', `customer(id: "${DEAL}") { id }`, 'id'],
  ['a malformed number', 'customerByNumber(number: "10001") { id }', 'number'],
  [
    'a malformed instant',
    'customers(filter: { createdFrom: "yesterday" }) { nodes { id } }',
    'filter.createdFrom',
  ],
  [
    'an instant of a day that does not exist',
    'customers(filter: { createdFrom: "2026-02-30T10:00:00Z" }) { nodes { id } }',
    'filter.createdFrom',
  ],
  [
    'an instant of an hour that does not exist',
    'customers(filter: { createdFrom: "2026-02-28T24:00:00Z" }) { nodes { id } }',
    'filter.createdFrom',
  ],
  [
    'a day that does not exist',
    'deals(filter: { expectedCloseFrom: "2026-02-30" }) { nodes { id } }',
    'filter.expectedCloseFrom',
  ],
  [
    'an instant that is a number',
    'customers(filter: { createdFrom: 20260331 }) { nodes { id } }',
    'filter.createdFrom',
  ],
  [
    'a day that is a number',
    'deals(filter: { expectedCloseTo: 20260331 }) { nodes { id } }',
    'filter.expectedCloseTo',
  ],
  ['an empty search', 'customers(search: "  ") { nodes { id } }', 'search'],
])('%s is refused by name', async (_what, selection, argument) => {
  const answer = await subgraph.ask(`{ ${selection} }`);
  expect(answer).toEqual({
    data: { [selection.slice(0, selection.indexOf('('))]: null },
    errors: [
      {
        message: ERRORS.BAD_USER_INPUT.says,
        locations: expect.any(Array),
        path: [selection.slice(0, selection.indexOf('('))],
        extensions: { code: 'BAD_USER_INPUT', argument, reason: expect.any(String) },
      },
    ],
  });
});

test('what does not exist is null, not an error', async () => {
  const nobody = customerIdOf('C-99999');
  const answer = await subgraph.ask(
    `{ customer(id: "${nobody}") { id } customerByNumber(number: "C-99999") { id } deal(id: "${globalIdOf('Deal', 'no')}") { id } }`,
  );
  expect(answer).toEqual({ data: { customer: null, customerByNumber: null, deal: null } });
});

test('search takes its wildcards literally', async () => {
  expect(await namesOf({ search: 'BYR' })).toEqual(['Ada Byron']);
  expect(await namesOf({ search: '%' })).toEqual([]);
  expect(await namesOf({ search: 'c-10002' })).toEqual(['Ben Öztürk']);
});

test('a customer finds their own record, and another’s as little as one that does not exist', async () => {
  const ada = { as: principalWith('customer', ADA) };
  const query = (id: string) => `{ customer(id: "${id}") { name } }`;
  expect(await subgraph.ask(query(ADA), ada)).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  expect(await subgraph.ask(query(BEN), ada)).toEqual({ data: { customer: null } });
  expect(await subgraph.ask(query(customerIdOf('C-99999')), ada)).toEqual({ data: { customer: null } });
  expect(await subgraph.ask('{ me { name } }', ada)).toEqual({ data: { me: { name: 'Ada Byron' } } });
});

test('a refused field names its rule and why', async () => {
  const answer = await subgraph.ask(`{ customer(id: "${ADA}") { name internalNotes } }`, {
    as: principalWith('customer', ADA),
  });
  expect(answer).toEqual({
    data: { customer: { name: 'Ada Byron', internalNotes: null } },
    errors: [
      {
        message: ERRORS.FORBIDDEN.says,
        locations: expect.any(Array),
        path: ['customer', 'internalNotes'],
        extensions: {
          code: 'FORBIDDEN',
          reason: expect.any(String),
          details: { field: 'Customer.internalNotes', rule: 'holds notes:read' },
        },
      },
    ],
  });
});

test('the number of statements depends on the shape of a query, never on the number of rows', async () => {
  const count = async (first: number) => {
    subgraph.takeStatements();
    await subgraph.ask(
      `{ customers(first: ${first}) { nodes { accountManager { name } contacts { nodes { customer { id } } totalCount } deals { nodes { lines { variant { sku } } owner { name } } } } } }`,
    );
    return subgraph.takeStatements().length;
  };
  expect(await count(1)).toBe(await count(5));
});

test('a database that is gone is said to be so', async () => {
  const other = await freshDatabase('crm', 'empty');
  const lonely = await startSubgraph(crm, other.runtime);
  await other.drop();
  const answer = await lonely.ask(`{ customer(id: "${ADA}") { name } }`);
  await lonely.stop();
  expect(answer).toMatchObject({
    data: { customer: null },
    errors: [{ path: ['customer'], extensions: { code: 'SYSTEM_UNAVAILABLE' } }],
  });
});

async function pageOf(variables: Readonly<Record<string, unknown>>) {
  const query = `query ($first: Int! = 20, $after: String, $search: String, $orderBy: CustomerOrder! = { field: NUMBER }) {
    customers(first: $first, after: $after, search: $search, orderBy: $orderBy) { nodes { name } pageInfo { hasNextPage endCursor } } }`;
  return (await subgraph.ask(query, { variables })).data.customers;
}

async function namesOf(variables: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  return (await pageOf(variables)).nodes.map((node: { name: string }) => node.name);
}
