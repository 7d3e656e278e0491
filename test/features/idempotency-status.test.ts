/**
 * A mutation that is refused whole because of its key says so by its HTTP status too, with either engine, whether the
 * operation is new or known; where anything took effect, the answer is a usual one.
 */

import { GraphQLError } from 'graphql';

import { subgraphError } from '../kit/expected-error.ts';
import { honest } from '../kit/fake-subgraph.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

const crm = honest(
  'crm',
  'type Query { ok: Boolean } type Mutation { write(code: String): Written  must(code: String): Written! } type Written { id: ID }',
  {
    Mutation: Object.fromEntries(
      ['write', 'must'].map((field) => [
        field,
        (_: unknown, { code }: { code?: string }) => {
          if (code === undefined) return { id: '1' };
          throw new GraphQLError('refused', { extensions: { code } });
        },
      ]),
    ),
  },
);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm] });
});

afterAll(() => gateway.stop());

const USED = '(code: "IDEMPOTENCY_KEY_IN_USE") { id }';
const REUSED = '(code: "IDEMPOTENCY_KEY_REUSED") { id }';
// Beside what the table says, the time after which to try again is the gateway's to choose.
const used = (path: string) => subgraphError('IDEMPOTENCY_KEY_IN_USE', 'crm', [path]);
const reused = (path: string) => subgraphError('IDEMPOTENCY_KEY_REUSED', 'crm', [path]);

interface Expected {
  readonly status: number;
  readonly body: object;
}

test.each<[string, string, Expected]>([
  ['used with other arguments', `{ write${REUSED} }`, { status: 422, body: { errors: [reused('write')] } }],
  ['still in use', `{ write${USED} }`, { status: 409, body: { errors: [used('write')] } }],
  [
    'used with other arguments for what must not be null',
    `{ must${REUSED} }`,
    { status: 422, body: { errors: [reused('must')] } },
  ],
  [
    'in use for both of two fields',
    `{ a: write${USED} b: write${USED} }`,
    { status: 409, body: { errors: [used('a'), used('b')] } },
  ],
  [
    'refused for two fields by two reasons',
    `{ a: write${USED} b: write${REUSED} }`,
    { status: 200, body: { data: { a: null, b: null }, errors: [used('a'), reused('b')] } },
  ],
  [
    'refused beside a field that took effect',
    `{ a: write { id } b: write${REUSED} }`,
    { status: 200, body: { data: { a: { id: '1' }, b: null }, errors: [reused('b')] } },
  ],
  [
    'refused beside a field with another error',
    `{ a: write(code: "DUPLICATE") { id } b: write${REUSED} }`,
    {
      status: 200,
      body: { data: { a: null, b: null }, errors: [subgraphError('DUPLICATE', 'crm', ['a']), reused('b')] },
    },
  ],
])('a key that is %s', async (_what, selection, { status, body }) => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const init = postOf(`mutation ${selection}`, { headers: { accept, 'idempotency-key': 'k-1' } });
    for (const _time of ['new', 'known']) {
      const answer = await gateway.send('/graphql', init);
      expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
    }
  }
});

test('what a subgraph says of keys changes nothing where the client sent none', async () => {
  const { status } = await gateway.send('/graphql', postOf(`mutation { write${REUSED} }`));
  expect(status).toBe(200);
});
