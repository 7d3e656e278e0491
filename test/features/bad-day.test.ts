/**
 * What a client sees of systems that are down, slow or overrun: the fields of others, and for each null of a dead
 * system whose it is and when to ask again. And what such a system is spared.
 */

import { subgraphError } from '../kit/expected-error.ts';
import {
  behaving,
  misbehaving,
  reset,
  sendJson,
  type Behaviour,
  type FakeSubgraph,
} from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

const QUERY = '{ customer(id: "1") { name receivable { amount } orders { total } } }';
const FINE = {
  data: {
    customer: { name: 'Ada Byron', receivable: { amount: '10.00' }, orders: [{ total: 120 }, { total: 80 }] },
  },
};
const WITHOUT_RECEIVABLE = { customer: { ...FINE.data.customer, receivable: null } };
const PATH = ['customer', 'receivable'];

let gateway: TestGateway;

afterEach(() => gateway.stop());

type Override = NonNullable<
  NonNullable<NonNullable<GatewaySetup['config']>['subgraphs']>['overrides']
>[string];

async function start(bad: FakeSubgraph, settings: Override = {}) {
  const subgraphs = { overrides: { accounting: settings } };
  gateway = await startGateway({ subgraphs: [crm, bad, shop], config: { subgraphs } });
}

const received = () => gateway.subgraphs.get('accounting')?.received.length;

const badFor = (times: number, misbehave: Behaviour) => misbehaving(accounting, times, misbehave);

const refuse =
  (retryAfter: string): Behaviour =>
  (_answer, response) =>
    response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': retryAfter }).end('busy');
const hang: Behaviour = () => undefined;

const ALWAYS = Infinity;
const isChange = ({ msg }: Record<string, unknown>) => msg === 'circuit changed';

test('a query whose connection is reset, and then refused for a moment, is answered all the same', async () => {
  let calls = 0;
  await start(badFor(2, (...call) => (calls++ === 0 ? reset(...call) : refuse('0')(...call))));
  expect(await gateway.ask(QUERY)).toEqual(FINE);
  expect(received()).toBe(3);
});

test('a system that resets every connection costs its own fields, and each null says whose it is', async () => {
  await start(badFor(ALWAYS, reset));
  expect(await gateway.ask(QUERY)).toEqual({
    data: WITHOUT_RECEIVABLE,
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', PATH)],
  });
});

test.each([
  ['seconds', '7'],
  ['a date', new Date(Date.now() + 7_000_000).toUTCString()],
])('a system that asks for time in %s is not asked again, and the client is told', async (_form, value) => {
  await start(badFor(ALWAYS, refuse(value)));
  const asked = value === '7' ? 7_000 : 3_600_000;
  expect(await gateway.ask(QUERY)).toEqual({
    data: WITHOUT_RECEIVABLE,
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', PATH, { retryAfterMs: asked })],
  });
  expect(received()).toBe(1);
});

test.each([429, 503])(
  'one that turns calls away with status %i and an error of GraphQL that says nothing else may be asked again, too',
  async (status) => {
    const turnAway: Behaviour = (_answer, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' })
        .end('{"errors":[{"message":"Too much."}]}');
    await start(badFor(ALWAYS, turnAway));
    expect(await gateway.ask(QUERY)).toEqual({
      data: WITHOUT_RECEIVABLE,
      errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', PATH, { retryAfterMs: 7_000 })],
    });
  },
);

test('a system that hangs costs its own fields, and only until the deadline', async () => {
  await start(badFor(ALWAYS, hang), { timeoutMs: 300 });
  expect(await gateway.ask(QUERY)).toEqual({
    data: WITHOUT_RECEIVABLE,
    errors: [subgraphError('SUBGRAPH_TIMED_OUT', 'accounting', PATH)],
  });
});

test('a system that keeps failing is left alone, and the client is told when to come again', async () => {
  const failing = { circuitBreaker: { failures: 3, openMs: 60_000 }, retries: { max: 0 } };
  await start(badFor(ALWAYS, reset), failing);
  for (let time = 0; time < 3; time += 1) await gateway.ask(QUERY);
  const asked = await Promise.all(Array.from({ length: 20 }, () => gateway.ask(QUERY)));
  expect(received()).toBe(3);
  const refused = {
    data: WITHOUT_RECEIVABLE,
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', PATH, { retryAfterMs: expect.any(Number) })],
  };
  expect(asked).toEqual(asked.map(() => refused));
});

test('one probe at a time finds a system back, and each change of the circuit is in the log once', async () => {
  await start(badFor(4, reset), { circuitBreaker: { failures: 3, openMs: 50 }, retries: { max: 0 } });
  let answer: unknown;
  do answer = await gateway.ask(QUERY);
  while (JSON.stringify(answer) !== JSON.stringify(FINE));
  expect(received()).toBe(5);
  const changes = gateway.logged().filter(isChange);
  expect(changes.map(({ level, subgraph, was, state }) => [level, subgraph, was, state])).toEqual([
    ['error', 'accounting', 'closed', 'open'],
    ['info', 'accounting', 'open', 'half-open'],
    ['error', 'accounting', 'half-open', 'open'],
    ['info', 'accounting', 'open', 'half-open'],
    ['info', 'accounting', 'half-open', 'closed'],
  ]);
});

test('a probe for which its request has little time left, and which is late, closes no circuit', async () => {
  const changes = () => gateway.logged().filter(isChange);
  const slowCrm = behaving(crm, async (answer, response) => {
    const body = await answer();
    setTimeout(() => sendJson(response, body), changes().length === 0 ? 0 : 2_000);
  });
  const failing = badFor(ALWAYS, (...call) => (changes().length === 0 ? reset : hang)(...call));
  const settings = { timeoutMs: 3_000, retries: { max: 0 }, circuitBreaker: { failures: 1, openMs: 1 } };
  const subgraphs = { overrides: { accounting: settings } };
  const server = { deadlineMs: 3_000 };
  gateway = await startGateway({ subgraphs: [slowCrm, failing, shop], config: { server, subgraphs } });
  await gateway.ask(QUERY);
  const late = { errors: [{ extensions: { code: 'SUBGRAPH_TIMED_OUT', subgraph: 'accounting' } }] };
  expect(await gateway.ask(QUERY)).toMatchObject(late);
  expect(changes().map(({ state }) => state)).toEqual(['open', 'half-open', 'open']);
});

test('another supergraph closes no circuit', async () => {
  const failing = { circuitBreaker: { failures: 1, openMs: 60_000 }, retries: { max: 0 } };
  await start(badFor(ALWAYS, reset), failing);
  await gateway.ask(QUERY);
  const { readFileSync } = await import('node:fs');
  await gateway.replace(`# Another one.\n${readFileSync(gateway.supergraphFile, 'utf8')}`);
  await gateway.ask(QUERY);
  expect(gateway.logged().filter(({ msg }) => msg === 'supergraph taken over')).toHaveLength(1);
  expect(received()).toBe(1);
});

test('calls beyond those that may run and wait fail at once, can be asked again, and cost nobody else', async () => {
  const gate = Promise.withResolvers<undefined>();
  const slow = behaving(accounting, async (answer, response) => {
    await gate.promise;
    sendJson(response, await answer());
  });
  await start(slow, { maxConnections: 2, maxWaiting: 3 });
  const answers: unknown[] = [];
  const asked = Array.from({ length: 10 }, () =>
    gateway.ask(QUERY).then((answer) => {
      answers.push(answer);
      // Nobody else is turned away: the rest has places and only waits.
      if (answers.length === 5) gate.resolve(undefined);
    }),
  );
  await Promise.all(asked);
  const shed = {
    data: WITHOUT_RECEIVABLE,
    errors: [subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', PATH)],
  };
  expect(answers).toEqual([
    ...Array.from({ length: 5 }, () => shed),
    ...Array.from({ length: 5 }, () => FINE),
  ]);
  expect(received()).toBe(5);
});

test('a subgraph is told how many milliseconds are left for its answer', async () => {
  await start(accounting, { timeoutMs: 5_000 });
  await gateway.ask('{ accounts }');
  const [call] = gateway.subgraphs.get('accounting')?.received ?? [];
  const told = Number(call?.headers['x-timeout-ms']);
  expect([told > 1_000, told <= 5_000]).toEqual([true, true]);
});
