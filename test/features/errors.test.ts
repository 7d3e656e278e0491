/**
 * What a client reads of an error: a code of the table, whose system it is, whether to try again, the request id;
 * and what it never reads.
 */

import { requestError, subgraphError } from '../kit/expected-error.ts';
import { down, scripted } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { introspection: { enabled: true } },
  });
});

afterAll(() => gateway.stop());

const coded = (code: string) =>
  gateway.ask('query ($code: String!) { coded(code: $code) }', { variables: { code } });

test('a code of the table keeps its facts, and its sentence is the table’s', async () => {
  expect(await coded('NOT_FOUND')).toEqual({
    data: { coded: null },
    errors: [
      subgraphError('NOT_FOUND', 'crm', ['coded'], {
        argument: 'code',
        reason: 'because',
        details: { limit: 3 },
      }),
    ],
  });
});

test.each([
  ['a code of its own', 'ROW_LOCKED', 'SUBGRAPH_FAILED', { subgraphCode: 'ROW_LOCKED' }],
  ['a code that looks like text', 'row 17 is locked', 'SUBGRAPH_FAILED', {}],
  [
    'that the gateway’s own call was invalid',
    'GRAPHQL_VALIDATION_FAILED',
    'SUBGRAPH_FAILED',
    { subgraphCode: 'GRAPHQL_VALIDATION_FAILED' },
  ],
  [
    'that the gateway was not proven',
    'CALLER_NOT_PROVEN',
    'SUBGRAPH_FAILED',
    { subgraphCode: 'CALLER_NOT_PROVEN' },
  ],
  ['that it is starting', 'NOT_READY', 'SUBGRAPH_UNAVAILABLE', {}],
] as const)('a subgraph that reports %s (%s) is reported as %s', async (_what, code, expected, extra) => {
  const facts = { ...extra, argument: 'code', reason: 'because', details: { limit: 3 } };
  expect(await coded(code)).toEqual({
    data: { coded: null },
    errors: [subgraphError(expected, 'crm', ['coded'], facts)],
  });
});

test('the text of an unknown error goes to no client, and to the log only where that is wanted', async () => {
  expect(await gateway.ask('{ crash }')).toEqual({
    data: { crash: null },
    errors: [subgraphError('SUBGRAPH_FAILED', 'crm', ['crash'])],
  });
  const line = gateway.logged().findLast(({ msg }) => msg === 'subgraph answered with errors');
  expect(line).toMatchObject({ subgraph: 'crm', reported: [{ code: 'SUBGRAPH_FAILED' }] });
  expect(JSON.stringify(gateway.logged())).not.toContain('hunter2');
  const talkative = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { log: { subgraphMessages: true } },
  });
  await talkative.ask('{ crash }');
  const [told] = talkative.logged().filter(({ msg }) => msg === 'subgraph answered with errors');
  await talkative.stop();
  expect(told).toMatchObject({ subgraph: 'crm', reported: [{ message: 'password=hunter2 in row 17' }] });
});

test('an operation that is not GraphQL is answered in the library’s words, with the place', async () => {
  const answer = await gateway.send('/graphql', postOf('{ customer('));
  expect([answer.status, answer.body]).toEqual([
    400,
    {
      errors: [
        {
          ...requestError('GRAPHQL_PARSE_FAILED', {}, 'Syntax Error: Expected Name, found <EOF>.'),
          locations: [{ line: 1, column: 12 }],
        },
      ],
    },
  ]);
});

test('a field that does not exist is refused with a suggestion where introspection is on', async () => {
  expect(await gateway.ask('{ customerz { nodes { id } } }')).toEqual({
    errors: [
      {
        ...requestError(
          'GRAPHQL_VALIDATION_FAILED',
          {},
          'Cannot query field "customerz" on type "Query". Did you mean "customer" or "customers"?',
        ),
        locations: [{ line: 1, column: 3 }],
      },
    ],
  });
});

test('where introspection is off neither the schema nor a name of it is told', async () => {
  const closed = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { introspection: { enabled: false } },
  });
  const answers = [
    await closed.ask('{ customerz { nodes { id } } }'),
    await closed.ask('{ __schema { types { name } } }'),
  ];
  await closed.stop();
  expect(JSON.stringify(answers[0])).not.toContain('Did you mean');
  expect(answers[1]).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});

test('a variable of the wrong type is refused before anything is fetched', async () => {
  const before = gateway.subgraphs.get('crm')?.received.length;
  const answer = await gateway.ask('query ($id: ID!) { customer(id: $id) { name } }', {
    variables: { id: {} },
  });
  expect(answer).toEqual({
    errors: [
      {
        ...requestError(
          'BAD_USER_INPUT',
          {},
          'Variable "$id" got invalid value {}; ID cannot represent value: {}',
        ),
        locations: [{ line: 1, column: 8 }],
      },
    ],
  });
  expect(gateway.subgraphs.get('crm')?.received.length).toBe(before);
});

test('an operation that the request does not choose is asked for', async () => {
  const query = 'query a { customer(id: "1") { name } } query b { accounts }';
  const { status, body } = await gateway.send('/graphql', postOf(query));
  expect([status, body]).toEqual([400, { errors: [requestError('OPERATION_RESOLUTION_FAILURE')] }]);
});

test.each(['subscription { x }', 'subscription { __typename }'])(
  'an operation of a kind that the schema does not have (%s) does not fit it',
  async (query) => {
    const { status, body } = await gateway.send('/graphql', postOf(query));
    const message = 'The schema has no subscription operations.';
    const locations = [{ line: 1, column: 1 }];
    expect([status, body]).toEqual([
      400,
      { errors: [{ ...requestError('GRAPHQL_VALIDATION_FAILED', {}, message), locations }] },
    ]);
  },
);

test('a subscription is not answered, also where the schema has some', async () => {
  const ticking = { ...crm, sdl: `${crm.sdl} type Subscription { tick: Int }` };
  const company = await startGateway({ subgraphs: [ticking, accounting, shop] });
  const { status, body } = await company.send('/graphql', postOf('subscription { tick }'));
  await company.stop();
  const message =
    'A subscription takes a WebSocket (graphql-transport-ws), "Accept: text/event-stream", or ' +
    '"Accept: multipart/mixed;subscriptionSpec=1.0".';
  expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', {}, message)] }]);
});

test('a mutation whose subgraph is down says so at its field', async () => {
  const company = await startGateway({ subgraphs: [down(crm), accounting, shop] });
  const answer = await company.ask('mutation { renameCustomer(id: "1", name: "A") { name } }');
  await company.stop();
  expect(answer).toEqual({
    data: { renameCustomer: null },
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'crm', ['renameCustomer'])],
  });
});

test('a subgraph that nobody owns is named without a team', async () => {
  const stranger = { ...accounting, name: 'ledger' };
  const company = await startGateway({ subgraphs: [crm, scripted(stranger, () => ({ data: null })), shop] });
  const answer = await company.ask('{ accounts }');
  await company.stop();
  expect(answer).toEqual({
    data: { accounts: null },
    errors: [
      {
        ...requestError('SUBGRAPH_RESPONSE_INVALID', { subgraph: 'ledger' }),
        path: ['accounts'],
      },
    ],
  });
});
