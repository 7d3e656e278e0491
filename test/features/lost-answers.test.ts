/**
 * Changes whose answer is lost on the way: what is repeated, what never is, and what the client is told so that
 * nothing takes effect twice by accident.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { ERRORS } from '../../schema/contract/errors.ts';
import { subgraphError } from '../kit/expected-error.ts';
import {
  behaving,
  down,
  honest,
  misbehaving,
  reset,
  sendJson,
  type Behaviour,
  type FakeSubgraph,
} from '../kit/fake-subgraph.ts';
import { crm } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

const SDL = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://tributary.example/spec/v1.0", import: ["@idempotent"])
    @composeDirective(name: "@idempotent")
  directive @idempotent on FIELD_DEFINITION
  type Query { orders: Int }
  type Mutation { place(count: Int): Int @idempotent  tick: Int }`;

const shop = honest('shop', SDL, {
  Mutation: { place: (_root: unknown, { count }: { count: number }) => count, tick: () => 1 },
});

const PLACE = 'mutation { place(count: 3) }';
const TICK = 'mutation { tick }';
const KEY = { headers: { 'idempotency-key': 'my-key-1' } };
const SAYS = ERRORS.OUTCOME_UNKNOWN.says;

type Override = NonNullable<
  NonNullable<NonNullable<GatewaySetup['config']>['subgraphs']>['overrides']
>[string];

let gateway: TestGateway;

afterEach(() => gateway.stop());

async function start(subgraph: FakeSubgraph, settings: Override = {}) {
  gateway = await startGateway({
    subgraphs: [subgraph],
    config: { subgraphs: { overrides: { shop: settings } } },
  });
}

const keysReceived = () =>
  (gateway.subgraphs.get('shop')?.received ?? []).map(({ headers }) => headers['idempotency-key']);

/** Loses the answers to the first `times` calls: the subgraph has done what it was asked. */
const losing = (times: number, lose: Behaviour) => misbehaving(shop, times, lose);

const sends =
  (status: number, type: string, body: string): Behaviour =>
  (_answer, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);
const cut: Behaviour = (_answer, response) => {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': '99' })
    .write('{"data":{"pl');
  setImmediate(() => response.destroy());
};

const WAYS_TO_LOSE: readonly (readonly [string, Behaviour])[] = [
  ['is reset', reset],
  ['never comes', () => undefined],
  ['is cut off', cut],
  ['is no JSON', sends(200, 'text/html', '<html>')],
  ['is no GraphQL', sends(200, 'application/json', '{"status":"fine"}')],
  ['has neither data nor an error', sends(200, 'application/json', '{"errors":[]}')],
  ['has errors that are no list', sends(200, 'application/json', '{"data":{"place":3},"errors":"oops"}')],
  ['has data that is none', sends(200, 'application/json', '{"data":"oops","errors":[{"message":"m"}]}')],
  ['is a 500 of a proxy', sends(500, 'text/plain', 'oops')],
  ['is a 503 of a proxy', sends(503, 'application/json', '{"message":"no healthy upstream"}')],
];

function unknown(field: string, facts: object): object {
  const extensions = {
    code: 'OUTCOME_UNKNOWN',
    subgraph: 'shop',
    team: 'commerce',
    retryable: false,
    requestId: expect.any(String),
    reason: expect.any(String),
    ...facts,
  };
  return { message: SAYS, path: [field], extensions };
}

test.each(WAYS_TO_LOSE)(
  'when the answer %s, nothing is repeated without the client’s key, and a key is named to repeat it by',
  async (_how, lose) => {
    await start(losing(1, lose), { timeoutMs: 300 });
    const answer = await gateway.ask(PLACE);
    const [sent] = keysReceived();
    expect(keysReceived()).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(answer).toEqual({
      data: { place: null },
      errors: [unknown('place', { idempotencyKey: sent, retryAfterMs: 1_000 })],
    });
    const again = { headers: { 'idempotency-key': String(sent) } };
    expect(await gateway.ask(PLACE, again)).toEqual({ data: { place: 3 } });
    expect(keysReceived()).toEqual([sent, sent]);
  },
);

test('what the subgraph itself does not know is told with the key that repeats it, too', async () => {
  const body = JSON.stringify({
    data: { place: null },
    errors: [{ message: SAYS, path: ['place'], extensions: { code: 'OUTCOME_UNKNOWN' } }],
  });
  await start(losing(1, sends(200, 'application/json', body)));
  const answer = await gateway.ask(PLACE);
  const [sent] = keysReceived();
  expect(answer).toEqual({
    data: { place: null },
    errors: [unknown('place', { idempotencyKey: sent, retryAfterMs: 1_000 })],
  });
});

test.each(WAYS_TO_LOSE.slice(0, 3))(
  'when the answer %s, the gateway repeats by itself under the client’s key',
  async (_how, lose) => {
    await start(losing(1, lose), { timeoutMs: 300 });
    expect(await gateway.ask(PLACE, KEY)).toEqual({ data: { place: 3 } });
    expect(keysReceived()).toEqual(['my-key-1', 'my-key-1']);
  },
);

test('a repetition that comes while the first is still at work is made again', async () => {
  let calls = 0;
  const busy = behaving(shop, async (answer, response, call) => {
    calls += 1;
    const inUse = { message: 'x', path: ['place'], extensions: { code: 'IDEMPOTENCY_KEY_IN_USE' } };
    if (calls === 1) reset(answer, response, call);
    else sendJson(response, calls === 2 ? { data: { place: null }, errors: [inUse] } : await answer());
  });
  await start(busy);
  expect(await gateway.ask(PLACE, KEY)).toEqual({ data: { place: 3 } });
  expect(keysReceived()).toEqual(['my-key-1', 'my-key-1', 'my-key-1']);
});

test('an answer that is lost again and again is unknown under the client’s own key', async () => {
  await start(losing(Infinity, reset));
  expect(await gateway.ask(PLACE, KEY)).toEqual({
    data: { place: null },
    errors: [unknown('place', { idempotencyKey: 'my-key-1', retryAfterMs: 1_000 })],
  });
  expect(keysReceived()).toEqual(['my-key-1', 'my-key-1', 'my-key-1']);
});

test('what was lost stays unknown although the repetition never went out', async () => {
  await start(losing(Infinity, reset), { circuitBreaker: { failures: 1 } });
  expect(await gateway.ask(PLACE, KEY)).toMatchObject({
    errors: [{ extensions: { code: 'OUTCOME_UNKNOWN', idempotencyKey: 'my-key-1' } }],
  });
  expect(keysReceived()).toEqual(['my-key-1']);
});

test('a change that takes effect each time is never repeated, and no key is named for it', async () => {
  await start(losing(1, reset));
  const answer = await gateway.ask('mutation { tick }', KEY);
  expect(answer).toEqual({ data: { tick: null }, errors: [unknown('tick', {})] });
  expect(keysReceived()).toEqual(['my-key-1']);
});

test('beside a change that takes effect each time, the other one is not repeated either', async () => {
  await start(losing(1, reset));
  const answer = await gateway.ask('mutation { place(count: 1) tick }', KEY);
  expect(answer).toEqual({
    data: { place: null, tick: null },
    errors: [unknown('place', {}), unknown('tick', {})],
  });
  expect(keysReceived()).toEqual(['my-key-1']);
});

test('a change that reached nobody has no effect and may be sent again', async () => {
  await start(down(shop));
  expect(await gateway.ask(PLACE)).toEqual({
    data: { place: null },
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['place'])],
  });
});

test('a call that waits for a connection that is reset at rest goes out on another one', async () => {
  let isResetting = false;
  const impatient = behaving(shop, async (answer, response) => {
    const { socket } = response;
    sendJson(response, await answer());
    if (isResetting) setTimeout(() => socket?.resetAndDestroy(), 3);
  });
  await start(impatient, { retries: { max: 0 }, circuitBreaker: { failures: 1_000 } });
  await Promise.all([gateway.ask('{ orders }'), gateway.ask(TICK)]);
  isResetting = true;
  const codes: unknown[] = [];
  const ask = async (client: number) => {
    for (let count = 0; count < 150; count += 1) {
      await pause((count + client) % 4);
      const answer = await gateway.ask(TICK);
      // What was on its way already may be lost.
      codes.push(/"code":"(?!OUTCOME_UNKNOWN)\w+"/.exec(JSON.stringify(answer))?.[0]);
    }
  };
  await Promise.all([0, 1, 2, 3].map(ask));
  expect(codes.filter((code) => code !== undefined)).toEqual([]);
});

test('a change that was kept back by an open circuit has no effect and may be sent again', async () => {
  await start(losing(1, reset), { circuitBreaker: { failures: 1, openMs: 60_000 }, retries: { max: 0 } });
  await gateway.ask('{ orders }');
  expect(await gateway.ask(PLACE)).toEqual({
    data: { place: null },
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['place'], { retryAfterMs: expect.any(Number) })],
  });
  expect(keysReceived()).toHaveLength(1);
});

test('a change that found no place has no effect and may be sent again', async () => {
  await start(
    losing(1, () => undefined),
    { maxConnections: 1, maxWaiting: 0, timeoutMs: 1_000 },
  );
  const holding = gateway.ask('{ orders }');
  const isHeld = () => gateway.subgraphs.get('shop')?.received.length === 1;
  while (!isHeld()) await new Promise((resolve) => void setImmediate(resolve));
  expect(await gateway.ask(PLACE)).toEqual({
    data: { place: null },
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['place'])],
  });
  await holding;
});

test('an error that the subgraph itself reports is final', async () => {
  const refusing = behaving(shop, (_answer, response) =>
    sendJson(response, {
      data: { place: null },
      errors: [{ message: 'no', path: ['place'], extensions: { code: 'STATE_CONFLICT' } }],
    }),
  );
  await start(refusing);
  expect(await gateway.ask(PLACE, KEY)).toEqual({
    data: { place: null },
    errors: [subgraphError('STATE_CONFLICT', 'shop', ['place'])],
  });
  expect(keysReceived()).toHaveLength(1);
});

test('what took effect before the answer of a later change was lost is there', async () => {
  gateway = await startGateway({ subgraphs: [crm, losing(1, reset)] });
  const answer = await gateway.ask(
    'mutation { renameCustomer(id: "1", name: "Ada King") { name } place(count: 1) again: renameCustomer(id: "2", name: "B") { name } }',
  );
  expect(answer).toEqual({
    data: { renameCustomer: { name: 'Ada King' }, place: null, again: { name: 'B' } },
    errors: [unknown('place', { idempotencyKey: keysReceived()[0], retryAfterMs: 1_000 })],
  });
});

test('the second engine tells the same', async () => {
  process.env['TRIBUTARY_TEST_ENGINE'] = 'apollo';
  try {
    await start(losing(2, reset));
    const answers = [
      await gateway.ask(PLACE),
      await gateway.ask(PLACE, KEY),
      await gateway.ask('mutation { tick }'),
    ];
    expect(answers).toEqual([
      {
        data: { place: null },
        errors: [unknown('place', { idempotencyKey: keysReceived()[0], retryAfterMs: 1_000 })],
      },
      { data: { place: 3 } },
      { data: { tick: 1 } },
    ]);
  } finally {
    delete process.env['TRIBUTARY_TEST_ENGINE'];
  }
});
