/**
 * A failing subgraph costs its own fields and nothing else, and every null that it causes is explained by an error
 * with the client's path.
 */

import type { FakeSubgraph } from '../kit/fake-subgraph.ts';
import { down, lying, scripted, slow, type Lie } from '../kit/fake-subgraph.ts';
import { subgraphError } from '../kit/expected-error.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway } from '../kit/start-gateway.ts';

async function answerOf(query: string, subgraphs: readonly FakeSubgraph[], config = {}): Promise<unknown> {
  const gateway = await startGateway({ subgraphs, config });
  try {
    return await gateway.ask(query);
  } finally {
    await gateway.stop();
  }
}

test('a query over three systems is answered whole', async () => {
  const answer = await answerOf(
    '{ customer(id: "2") { name receivable { amount } mayBuyOnAccount orders { id billingStatus } } }',
    [crm, accounting, shop],
  );
  expect(answer).toEqual({
    data: {
      customer: {
        name: 'Bruno Öztürk',
        receivable: { amount: '20.00' },
        mayBuyOnAccount: true,
        orders: [
          { id: 'o2', billingStatus: 'BILLED' },
          { id: 'p2', billingStatus: 'OPEN' },
        ],
      },
    },
  });
});

test('a slow accounting leaves crm fields intact', async () => {
  const answer = await answerOf(
    '{ customer(id: "1") { name receivable { amount } } }',
    [crm, slow(accounting, '60000ms'), shop],
    { subgraphs: { overrides: { accounting: { timeoutMs: 50 } } } },
  );
  expect(answer).toEqual({
    data: { customer: { name: 'Ada Byron', receivable: null } },
    errors: [subgraphError('SUBGRAPH_TIMED_OUT', 'accounting', ['customer', 'receivable'])],
  });
});

test('a shop that is down is named by every field that it owns, under the names that the client gave', async () => {
  const answer = await answerOf('{ who: customer(id: "1") { name bought: orders { id } mayBuyOnAccount } }', [
    crm,
    accounting,
    down(shop),
  ]);
  // Which of the two calls gives up first is a matter of chance: both are repeated.
  const errors = [
    subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['who', 'bought']),
    subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['who', 'mayBuyOnAccount']),
  ];
  // Reason for the cast: the whole answer is compared, in two parts.
  expect([errors, errors.toReversed()]).toContainEqual((answer as { readonly errors: unknown }).errors);
  expect(answer).toHaveProperty('data', { who: { name: 'Ada Byron', bought: null, mayBuyOnAccount: null } });
});

test('the index in an error path is that of the client’s list, also after a null', async () => {
  const answer = await answerOf('{ customers { nodes { name orders { id } } } }', [
    crm,
    accounting,
    down(shop),
  ]);
  expect(answer).toEqual({
    data: {
      customers: {
        nodes: [
          { name: 'Ada Byron', orders: null },
          null,
          { name: 'Bruno Öztürk', orders: null },
          { name: 'Clara Ødegård', orders: null },
        ],
      },
    },
    errors: [0, 2, 3].map((index) =>
      subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['customers', 'nodes', index, 'orders']),
    ),
  });
});

test('in a list of several types each error finds the object that it is about', async () => {
  const query = '{ search { __typename ... on Customer { receivable { amount } } ... on Deal { title } } }';
  const answer = await answerOf(query, [crm, down(accounting), shop]);
  expect(answer).toEqual({
    data: {
      search: [
        { __typename: 'Deal', title: 'Cables' },
        { __typename: 'Customer', receivable: null },
        null,
        { __typename: 'Customer', receivable: null },
      ],
    },
    errors: [1, 3].map((index) =>
      subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', ['search', index, 'receivable']),
    ),
  });
});

test('a field that needs a failed one of another system says which system failed', async () => {
  const answer = await answerOf('{ customer(id: "1") { name mayBuyOnAccount cart { items } } }', [
    crm,
    down(accounting),
    shop,
  ]);
  expect(answer).toEqual({
    data: { customer: { name: 'Ada Byron', mayBuyOnAccount: null, cart: { items: 2 } } },
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', ['customer', 'mayBuyOnAccount'])],
  });
});

test('a field that may not be null takes its object with it, and the error leads there', async () => {
  const answer = await answerOf('{ customers { nodes { name cart { items } } } }', [
    crm,
    accounting,
    down(shop),
  ]);
  expect(answer).toEqual({
    data: { customers: { nodes: [null, null, null, null] } },
    errors: [0, 2, 3].map((index) =>
      subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['customers', 'nodes', index, 'cart']),
    ),
  });
});

test('an owner that does not know an entity is no failure', async () => {
  const answer = await answerOf('{ customer(id: "3") { name receivable { amount } } }', [
    crm,
    accounting,
    shop,
  ]);
  expect(answer).toEqual({ data: { customer: { name: 'Clara Ødegård', receivable: null } } });
});

test('an unknown entity beside a failing system is not blamed on that system', async () => {
  const query = '{ customer(id: "3") { receivable { amount } orders { id } } }';
  expect(await answerOf(query, [crm, accounting, down(shop)])).toEqual({
    data: { customer: { receivable: null, orders: null } },
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['customer', 'orders'])],
  });
});

test('the root fields of a subgraph that is down are null, those of others are not', async () => {
  const answer = await answerOf('{ customer(id: "1") { name } more: customer(id: "2") { name } accounts }', [
    down(crm),
    accounting,
    shop,
  ]);
  expect(answer).toEqual({
    data: { customer: null, more: null, accounts: 7 },
    errors: [
      subgraphError('SUBGRAPH_UNAVAILABLE', 'crm', ['customer']),
      subgraphError('SUBGRAPH_UNAVAILABLE', 'crm', ['more']),
    ],
  });
});

test('fields that the client left out by @skip are not reported', async () => {
  const answer = await answerOf(
    '{ customer(id: "1") { name orders @skip(if: true) { id } receivable { amount } } }',
    [crm, accounting, down(shop)],
  );
  expect(answer).toEqual({ data: { customer: { name: 'Ada Byron', receivable: { amount: '10.00' } } } });
});

test.each<[Lie, 'SUBGRAPH_RESPONSE_INVALID' | 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_FAILED']>([
  ['not JSON', 'SUBGRAPH_RESPONSE_INVALID'],
  ['wrong content type', 'SUBGRAPH_RESPONSE_INVALID'],
  ['empty', 'SUBGRAPH_RESPONSE_INVALID'],
  ['truncated', 'SUBGRAPH_UNAVAILABLE'],
  ['huge', 'SUBGRAPH_RESPONSE_INVALID'],
  ['HTTP 500', 'SUBGRAPH_FAILED'],
  ['HTTP 503', 'SUBGRAPH_UNAVAILABLE'],
  ['data: null alone', 'SUBGRAPH_RESPONSE_INVALID'],
  ['no GraphQL', 'SUBGRAPH_RESPONSE_INVALID'],
  ['data of text', 'SUBGRAPH_RESPONSE_INVALID'],
])('an accounting whose answer is %s is reported as %s', async (lie, code) => {
  const answer = await answerOf(
    '{ customer(id: "1") { name receivable { amount } } }',
    [crm, lying(accounting, lie), shop],
    {
      subgraphs: { overrides: { accounting: { maxResponseBytes: 100_000 } } },
    },
  );
  expect(answer).toEqual({
    data: { customer: { name: 'Ada Byron', receivable: null } },
    errors: [subgraphError(code, 'accounting', ['customer', 'receivable'])],
  });
});

test.each([
  ['a list where an object belongs', { receivable: [] }, ['customer', 'receivable']],
  ['text where an object belongs', { receivable: 'much' }, ['customer', 'receivable']],
  [
    'a null where the schema promises text',
    { receivable: { amount: null } },
    ['customer', 'receivable', 'amount'],
  ],
  [
    'an object of a type that does not exist',
    { receivable: { __typename: 'Ghost', amount: '1' } },
    ['customer', 'receivable'],
  ],
  ['nothing at all for the field', {}, ['customer', 'receivable']],
])('an accounting that answers %s spoils only its own field', async (_lie, entity, path) => {
  const liar = scripted(accounting, () => ({ data: { _entities: [entity] } }));
  const answer = await answerOf('{ customer(id: "1") { name receivable { amount } orders { id } } }', [
    crm,
    liar,
    shop,
  ]);
  expect(answer).toEqual({
    data: { customer: { name: 'Ada Byron', receivable: null, orders: [{ id: 'o1' }, { id: 'p1' }] } },
    errors: [subgraphError('SUBGRAPH_RESPONSE_INVALID', 'accounting', path)],
  });
});

test('errors that are no list are no answer, whatever data stands beside them', async () => {
  const liar = scripted(accounting, () => ({
    data: { _entities: [{ receivable: { amount: '1.00' } }] },
    errors: { message: 'no' },
  }));
  expect(await answerOf('{ customer(id: "1") { receivable { amount } } }', [crm, liar, shop])).toEqual({
    data: { customer: { receivable: null } },
    errors: [subgraphError('SUBGRAPH_RESPONSE_INVALID', 'accounting', ['customer', 'receivable'])],
  });
});

test('an enum value that does not exist is reported where it stands', async () => {
  const liar = scripted(accounting, () => ({ data: { _entities: [{ rating: 'SPLENDID' }] } }));
  expect(await answerOf('{ customer(id: "1") { rating } }', [crm, liar, shop])).toEqual({
    data: { customer: { rating: null } },
    errors: [subgraphError('SUBGRAPH_RESPONSE_INVALID', 'accounting', ['customer', 'rating'])],
  });
});

test('too few entities are no answer for any of them', async () => {
  const liar = scripted(accounting, () => ({ data: { _entities: [{ receivable: { amount: '1' } }] } }));
  expect(await answerOf('{ customers { nodes { receivable { amount } } } }', [crm, liar, shop])).toEqual({
    data: { customers: { nodes: [{ receivable: null }, null, { receivable: null }, { receivable: null }] } },
    errors: [0, 2, 3].map((index) =>
      subgraphError('SUBGRAPH_RESPONSE_INVALID', 'accounting', ['customers', 'nodes', index, 'receivable']),
    ),
  });
});

test('an error that names no path is put at the nulls that it explains', async () => {
  const vague = scripted(accounting, () => ({
    data: { _entities: [{ receivable: null }, { receivable: { amount: '2' } }, null] },
    errors: [{ message: 'something' }],
  }));
  expect(await answerOf('{ customers { nodes { receivable { amount } } } }', [crm, vague, shop])).toEqual({
    data: {
      customers: {
        nodes: [{ receivable: null }, null, { receivable: { amount: '2' } }, { receivable: null }],
      },
    },
    errors: [0, 3].map((index) =>
      subgraphError('SUBGRAPH_FAILED', 'accounting', ['customers', 'nodes', index, 'receivable']),
    ),
  });
});

test('a path that the fetch never selected is not believed', async () => {
  const confused = scripted(accounting, () => ({
    data: { _entities: [{ receivable: null }] },
    errors: [{ message: 'x', path: ['_entities', 0, '__proto__', 'polluted'] }],
  }));
  expect(await answerOf('{ customer(id: "1") { receivable { amount } } }', [crm, confused, shop])).toEqual({
    data: { customer: { receivable: null } },
    errors: [subgraphError('SUBGRAPH_FAILED', 'accounting', ['customer', 'receivable'])],
  });
});

test('names that mean something to JavaScript are names like any other', async () => {
  const query = `{ __proto__: customer(id: "1") { constructor: name toString: receivable { amount } hasOwnProperty: orders { id } } }`;
  const answer = await answerOf(query, [crm, accounting, down(shop)]);
  expect(answer).toMatchObject({ errors: [{ path: ['__proto__', 'hasOwnProperty'] }] });
  // Compared as text: matchers pass over an own property of this name.
  expect(JSON.stringify(answer)).toContain(
    '"data":{"__proto__":{"constructor":"Ada Byron","toString":{"amount":"10.00"},"hasOwnProperty":null}}',
  );
});
