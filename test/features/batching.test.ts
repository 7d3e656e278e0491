/**
 * Several operations in one request: refused unless it is allowed, each answered as if it were alone, and all together
 * held to what one may be.
 */

import type { z } from 'zod';

import type { optionsSchema } from '../../gateway/config/options.ts';
import { requestError } from '../kit/expected-error.ts';
import { behaving, sendJson, slow } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

type Options = z.input<typeof optionsSchema>;

const BATCHING = { enabled: true, maxOperations: 3 };
const ADA = { query: '{ customer(id: "1") { name } }' };
const ANSWER = { data: { customer: { name: 'Ada Byron' } } };

let plain: TestGateway;
let gateway: TestGateway;
beforeAll(async () => {
  plain = await startGateway({ subgraphs: [crm, accounting, shop], config: { batching: BATCHING } });
});
afterAll(() => plain.stop());
beforeEach(() => {
  gateway = plain;
});
afterEach(async () => {
  if (gateway !== plain) await gateway.stop();
});

/** Another one than the plain one, for one test. */
async function start(config: Omit<Options, 'supergraph'>, subgraphs = [crm, accounting, shop]) {
  gateway = await startGateway({ subgraphs, config: { batching: BATCHING, ...config } });
}

const send = (operations: unknown, headers: Record<string, string> = {}) =>
  gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operations),
  });
const received = () => [...gateway.subgraphs.values()].flatMap((subgraph) => subgraph.received);
const exceeded = (limit: string, value: number, maximum: number) => ({
  errors: [requestError('LIMIT_EXCEEDED', { details: { limit, value, maximum } })],
});

test('a list is refused by default, with a sentence, and nobody is asked', async () => {
  await start({ batching: {} });
  const reason = 'A list of operations is not taken here: send each operation in a request of its own.';
  const { status, body } = await send([ADA, ADA]);
  expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
  expect(received()).toEqual([]);
});

test('answers come in the order of the operations, however long each takes, and one failure is its own', async () => {
  await start({}, [slow(crm, '50ms'), accounting, shop]);
  const operations = [
    { query: 'query Who($id: ID!) { customer(id: $id) { name } }', variables: { id: '2' } },
    { query: '{ nothing }' },
    { query: '{ accounts }' },
  ];
  // Twice: the long way and the short.
  for (const _time of [1, 2]) {
    const { status, headers, body } = await send(operations);
    expect([status, headers.get('content-type'), headers.get('cache-control'), body]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
      [
        { data: { customer: { name: 'Bruno Öztürk' } } },
        {
          errors: [
            {
              ...requestError(
                'GRAPHQL_VALIDATION_FAILED',
                {},
                'Cannot query field "nothing" on type "Query".',
              ),
              locations: [{ line: 1, column: 3 }],
            },
          ],
        },
        { data: { accounts: 7 } },
      ],
    ]);
  }
});

test.each([['an empty list', [], 'The list of operations is empty.']])(
  '%s is a bad request',
  async (_what, operations, reason) => {
    const { status, body } = await send(operations);
    expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
  },
);

test('more operations than allowed are refused before any of them is read', async () => {
  const before = received().length;
  const { status, body } = await send(Array.from({ length: 100 }, () => ADA));
  expect([status, body]).toEqual([400, exceeded('batching.maxOperations', 100, 3)]);
  expect(received()).toHaveLength(before);
});

test.each([
  ['a list in the list', [ADA, [ADA]]],
  ['what is no operation', [ADA, 7]],
  ['null', [ADA, null]],
])('%s is refused by itself', async (_what, operations) => {
  const { status, body } = await send(operations);
  const reason = 'An operation in a list must be a JSON object.';
  expect([status, body]).toEqual([200, [ANSWER, { errors: [requestError('BAD_REQUEST', { reason })] }]]);
});

test('each operation is held to every limit by itself', async () => {
  await start({ limits: { maxDepth: 2, maxAliases: 1, maxVariableDepth: 2, maxNameLength: 5 } });
  const { body } = await send([
    { query: '{ a: customer(id: "1") { b: name } }' },
    { ...ADA, variables: { deep: [[[1]]] } },
    { ...ADA, operationName: 'TooLong' },
  ]);
  expect(body).toEqual([
    exceeded('maxAliases', 2, 1),
    exceeded('maxVariableDepth', 3, 2),
    exceeded('maxNameLength', 7, 5),
  ]);
  expect(received()).toEqual([]);
});

test.each([
  ['tokens', { maxTokens: 25 }, ['maxTokens', 33, 25]],
  ['root fields', { maxRootFields: 2 }, ['maxRootFields', 3, 2]],
] as const)('all together may have no more %s than one', async (_what, limits, [limit, value, maximum]) => {
  await start({ limits });
  const { status, body } = await send([ADA, ADA, ADA]);
  expect([status, body]).toEqual([400, exceeded(limit, value, maximum)]);
  expect(received()).toEqual([]);
  expect((await send([ADA, ADA])).body).toEqual([ANSWER, ANSWER]);
});

test('all together may cost no more than one, and what still fits is answered', async () => {
  await start({ limits: { maxCost: 2 } });
  for (const _time of [1, 2]) {
    const { status, body } = await send([ADA, ADA, ADA]);
    expect([status, body]).toEqual([200, [ANSWER, ANSWER, exceeded('maxCost', 3, 2)]]);
  }
});

test('what is too large to be sent together is left out of the answer by itself', async () => {
  await start({ limits: { maxAnswerBytes: 100 } });
  const { status, body } = await send([ADA, ADA, ADA]);
  expect([status, body]).toEqual([200, [ANSWER, ANSWER, exceeded('maxAnswerBytes', 126, 100)]]);
});

test('mutations run one after another, in order, and see what was changed before', async () => {
  const order: string[] = [];
  let running = 0;
  const watched = behaving(crm, async (answer, response, { body }) => {
    running += 1;
    order.push(`${running} ${/name: ?"(?<name>\w)"/.exec(body.query)?.groups?.['name'] ?? 'read'}`);
    const honest = await answer();
    setTimeout(() => {
      running -= 1;
      sendJson(response, honest);
    }, 20);
  });
  await start({}, [watched, accounting, shop]);
  const rename = (name: string) => ({
    query: `mutation { renameCustomer(id: "1", name: "${name}") { name } }`,
  });
  const { body } = await send([rename('A'), ADA, rename('B')]);
  expect(order).toEqual(['1 A', '1 read', '1 B']);
  expect(body).toEqual([
    { data: { renameCustomer: { name: 'A' } } },
    ANSWER,
    { data: { renameCustomer: { name: 'B' } } },
  ]);
});

test('a key in the header is refused, because each operation needs its own', async () => {
  const before = received().length;
  const { status, body } = await send([ADA, ADA], { 'idempotency-key': 'k-1' });
  const reason = 'In a list each operation has a key of its own, as idempotencyKey in its extensions.';
  expect([status, body]).toEqual([
    400,
    { errors: [requestError('BAD_REQUEST', { reason, argument: 'Idempotency-Key' })] },
  ]);
  expect(received()).toHaveLength(before);
});

test('a list counts as so many requests, and is refused whole where not all of them are left', async () => {
  await start({ rateLimits: { address: { requests: { limit: 5 }, cost: { limit: 4 } } } });
  const first = await send([ADA, ADA, ADA]);
  expect([first.status, first.body]).toEqual([200, [ANSWER, ANSWER, ANSWER]]);
  expect(first.headers.get('ratelimit')).toMatch(
    /^"address\.requests";r=2;t=\d+, "address\.cost";r=1;t=\d+$/,
  );
  const second = await send([ADA, ADA, ADA]);
  expect([second.status, second.body]).toMatchObject([
    429,
    { errors: [{ extensions: { details: { limit: 'rateLimits.address.requests', maximum: 5 } } }] },
  ]);
  // One request is left, and the cost of one operation.
  const third = await send([ADA]);
  expect([third.status, third.body]).toEqual([200, [ANSWER]]);
  expect(received()).toHaveLength(4);
});

test('cost that is used up refuses those operations for which nothing is left', async () => {
  await start({ rateLimits: { address: { cost: { limit: 2 } } } });
  const { status, body, headers } = await send([ADA, ADA, ADA]);
  const details = { limit: 'rateLimits.address.cost', value: 3, maximum: 2, windowS: 60 };
  const refused = { errors: [requestError('RATE_LIMITED', { retryAfterMs: expect.any(Number), details })] };
  expect([status, body]).toEqual([200, [ANSWER, ANSWER, refused]]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
});

test('the cost that each is estimated at is told with each, and the log has the sum', async () => {
  const { body } = await send([ADA, ADA], { 'x-report-cost': 'true' });
  const cost = { estimated: 1, actual: 1, maximum: 100_000 };
  expect(body).toEqual([
    { ...ANSWER, extensions: { cost } },
    { ...ANSWER, extensions: { cost } },
  ]);
  const line = gateway.logged().findLast(({ msg }) => msg === 'request ended');
  expect(line).toMatchObject({ status: 200, cost: 2, errorCodes: [] });
});
