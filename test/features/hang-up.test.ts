/**
 * A client that hangs up ends the calls that are made for it, whichever way its request went; a call that others wait
 * for goes on (that is shown beside the calls in flight).
 */

import { behaving, sendJson, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { askInParts } from '../kit/ask-in-parts.ts';
import { eventually } from '../kit/eventually.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;
/** How often the gateway has cut off a call to the subgraph that hangs. */
let cutOff: number;
let onChange: () => void;
let isHanging: boolean;

beforeEach(() => {
  cutOff = 0;
  isHanging = true;
  onChange = () => undefined;
});

afterEach(() => gateway.stop());

/** Keeps everybody waiting as long as the test says. */
function hanging(subgraph: FakeSubgraph): FakeSubgraph {
  return behaving(subgraph, async (answer, response) => {
    onChange();
    if (!isHanging) {
      sendJson(response, await answer());
      return;
    }
    response.once('close', () => {
      cutOff += 1;
      onChange();
    });
    return undefined;
  });
}

/** Waits for what the subgraph that hangs goes through. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => (onChange = resolve));
}

async function start(config: GatewaySetup['config'] = {}, subgraphs = [crm, hanging(accounting), shop]) {
  gateway = await startGateway({ subgraphs, config });
}

const received = () => gateway.subgraphs.get('accounting')?.received.length ?? 0;

function askAndLeave(query: string): { readonly leave: () => void; readonly ended: Promise<unknown> } {
  const leaving = new AbortController();
  const ended = fetch(`${gateway.url}/graphql`, { ...postOf(query), signal: leaving.signal }).catch(
    (error: unknown) => error,
  );
  return { leave: () => leaving.abort(), ended };
}

const JOINED = '{ customer(id: "1") { favourite { billingStatus } receivable { amount } rating } }';

test.each([
  ['a question that one subgraph answers', '{ accounts }'],
  ['entities that are asked for together', JOINED],
  ['a change', 'mutation { pay }'],
])(
  '%s: the call ends when the client hangs up, on the long way and on the short one',
  async (_what, query) => {
    const paying = {
      ...accounting,
      sdl: `${accounting.sdl} type Mutation { pay: Int }`,
      resolvers: { ...accounting.resolvers, Mutation: { pay: () => 1 } },
    };
    await start({}, [crm, hanging(paying), shop]);
    for (const way of [1, 2]) {
      isHanging = true;
      const before = received();
      const { leave, ended } = askAndLeave(query);
      await until(() => received() > before);
      leave();
      await ended;
      await until(() => cutOff === way);
      isHanging = false;
      // From now on the operation is known, and the next question goes the short way.
      await gateway.ask(query);
    }
  },
);

test('its line in the log says so, once nothing is done for it any more', async () => {
  await start();
  const { leave, ended } = askAndLeave(JOINED);
  await until(() => received() > 0);
  leave();
  await ended;
  const lines = () => gateway.logged().filter(({ msg }) => msg === 'request ended');
  await eventually(() => lines().length > 0);
  expect(lines()).toEqual([
    expect.objectContaining({
      status: 499,
      hungUp: true,
      operationType: 'query',
      subgraphs: expect.objectContaining({ crm: expect.anything(), accounting: expect.anything() }),
    }),
  ]);
  isHanging = false;
  await gateway.ask(JOINED);
  expect(lines()[1]).toMatchObject({ status: 200 });
  expect(lines()[1]).not.toHaveProperty('hungUp');
});

test.each([
  ['as each comes', {}],
  ['where clients may share them', { subgraphs: { defaults: { deduplicate: true } } }],
])('no subgraph is to blame for a call that was given up, %s', async (_how, config) => {
  await start(config);
  for (const way of [1, 2]) {
    const before = received();
    const { leave, ended } = askAndLeave('{ accounts }');
    await until(() => received() > before);
    leave();
    await ended;
    const gone = () => gateway.logged().filter(({ status }) => status === 499);
    await eventually(() => gone().length === way);
    expect(gone().at(-1)).toMatchObject({ errorCodes: [], subgraphs: { accounting: { calls: 1 } } });
    isHanging = false;
    // From now on the operation is known, and the next question goes the short way.
    await gateway.ask('{ accounts }');
    isHanging = true;
  }
  expect(gateway.logged().filter(({ level }) => level === 'warn')).toEqual([]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).not.toMatch(/^tributary_errors_total\{/m);
  expect(metrics).toContain('tributary_subgraph_calls_total{subgraph="accounting",outcome="abandoned"} 2');
});

test('an answer that is large enough to be compressed finds nobody any more, and that is no fault of the gateway', async () => {
  await start();
  // Larger than what a stream takes at once.
  const query = `{ ${Array.from({ length: 30 }, (_, index) => `${'a'.repeat(5_000)}${index}: accounts`).join(' ')} }`;
  for (const way of [1, 2]) {
    const before = received();
    const { leave, ended } = askAndLeave(query);
    await until(() => received() > before);
    leave();
    await ended;
    const gone = () => gateway.logged().filter(({ status }) => status === 499);
    await eventually(() => gone().length === way);
    expect(gone().at(-1)).toMatchObject({ errorCodes: [], hungUp: true });
    isHanging = false;
    await gateway.ask(query);
    isHanging = true;
  }
  expect(gateway.logged().filter(({ level }) => level === 'error')).toEqual([]);
});

test('its line says what came of it after that, too', async () => {
  // What is wrong is told in more bytes than the data takes.
  await start({ limits: { maxAnswerBytes: 150 } });
  isHanging = false;
  await gateway.ask('{ accounts }');
  isHanging = true;
  const before = received();
  const { leave, ended } = askAndLeave('{ accounts }');
  await until(() => received() > before);
  leave();
  await ended;
  const lines = () => gateway.logged().filter(({ status }) => status === 499);
  await eventually(() => lines().length > 0);
  expect(lines()).toEqual([expect.objectContaining({ errorCodes: ['LIMIT_EXCEEDED'] })]);
});

test('a deferred part: its call ends when the client hangs up after the first one', async () => {
  await start();
  const leaving = new AbortController();
  const query = '{ customer(id: "1") { name ... @defer { receivable { amount } } } }';
  const answer = await askInParts(gateway.url, { query, signal: leaving.signal });
  expect((await answer.next())?.data).toEqual({ customer: { name: 'Ada Byron' } });
  await until(() => received() === 1);
  leaving.abort();
  await until(() => cutOff === 1);
});

test('calls that clients may share end when the last of them hangs up', async () => {
  await start({ subgraphs: { defaults: { deduplicate: true } } });
  isHanging = false;
  await gateway.ask('{ accounts }');
  isHanging = true;
  const first = askAndLeave('{ accounts }');
  const second = askAndLeave('{ accounts }');
  first.leave();
  await first.ended;
  await until(() => received() >= 2);
  second.leave();
  await second.ended;
  // One of them was answered at the beginning.
  await until(() => cutOff === received() - 1);
});

test('who has hung up is not waited for: nothing more is asked for it', async () => {
  await start({}, [hanging(crm), accounting, shop]);
  const received = () => gateway.subgraphs.get('crm')?.received.length ?? 0;
  const { leave, ended } = askAndLeave(JOINED);
  await until(() => received() === 1);
  leave();
  await ended;
  await until(() => cutOff === 1);
  isHanging = false;
  // Whoever comes next is answered, and that is all that accounting ever hears of.
  await gateway.ask('{ accounts }');
  expect(gateway.subgraphs.get('accounting')?.received.map(({ body }) => body.query)).toEqual(['{accounts}']);
});
