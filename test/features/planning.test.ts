/**
 * Planning beside the requests: an operation whose plan costs too much is refused, and nobody else notices.
 */

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { requestError } from '../kit/expected-error.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { bomb, tree } from '../kit/planning-bomb.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

/** So that such operations reach the planner at all. */
const limits = { maxFields: 1e15, maxCost: 1e15, maxDepth: 50 };

const PREPARED = '{ node { id } }';
const tooComplex = (reason: string) => ({
  errors: [requestError('OPERATION_TOO_COMPLEX', { reason })],
});

let gateway: TestGateway;

afterEach(async () => {
  await gateway.stop();
});

test('while a hostile operation is planned, prepared ones are answered, and fresh ones after it', async () => {
  gateway = await startGateway({
    subgraphs: [tree],
    config: { limits, planning: { timeoutMs: 1_500, maxHeapMb: 4_000 } },
  });
  await gateway.ask(PREPARED);
  let isOver = false;
  const hostile = gateway.ask(bomb(18)).finally(() => (isOver = true));
  const fresh = Promise.all(['{ node { number } }', '{ a: node { id } }'].map((text) => gateway.ask(text)));
  let answeredMeanwhile = 0;
  while (!isOver) {
    expect(await gateway.ask(PREPARED)).toEqual({ data: { node: { id: '1' } } });
    answeredMeanwhile += 1;
  }
  expect(await hostile).toEqual(tooComplex('time'));
  expect(await fresh).toEqual([{ data: { node: { number: 7 } } }, { data: { a: { id: '1' } } }]);
  expect(answeredMeanwhile).toBeGreaterThan(20);
});

test('an operation that was too much is refused at once when it comes again', async () => {
  gateway = await startGateway({
    subgraphs: [tree],
    config: { limits, planning: { timeoutMs: 300, maxHeapMb: 4_000 } },
  });
  const send = () => gateway.send('/graphql', postOf(bomb(13)));
  const [first, second] = [await send(), await send()];
  expect([first.status, first.body]).toEqual([400, tooComplex('time')]);
  expect([second.status, second.body]).toEqual([400, tooComplex('time')]);
  const replaced = gateway.logged().filter(({ msg }) => msg === 'planning process replaced');
  expect(replaced).toEqual([expect.objectContaining({ level: 'warn', reason: 'time' })]);
});

test('whoever waits for another plan is answered when the request must be, and finds the operation ready later', async () => {
  const config = { limits, server: { deadlineMs: 300 }, planning: { timeoutMs: 1_500, maxHeapMb: 4_000 } };
  gateway = await startGateway({ subgraphs: [tree], config });
  await gateway.ask(PREPARED);
  const hostile = gateway.ask(bomb(18));
  const fresh = postOf('{ node { number } }');
  const parts = 'multipart/mixed;deferSpec=20220824, application/json';
  const deferred = postOf('{ node { id ... @defer { number } } }', { headers: { accept: parts } });
  const late = { errors: [requestError('OVERLOADED', { retryAfterMs: 1_000 })] };
  const answers = await Promise.all([fresh, deferred].map((asked) => gateway.send('/graphql', asked)));
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [503, late],
    [503, late],
  ]);
  expect(await hostile).toEqual(late);
  const ready = { data: { node: { number: 7 } } };
  const isReady = async () => (await gateway.send('/graphql', fresh)).status === 200;
  expect(await isTrueWithin(isReady, PATIENCE_MS)).toBe(true);
  expect((await gateway.send('/graphql', fresh)).body).toEqual(ready);
});

test('an operation that needs too much memory ends the process that plans and not the gateway', async () => {
  gateway = await startGateway({ subgraphs: [tree], config: { limits, planning: { maxHeapMb: 48 } } });
  expect(await gateway.ask(bomb(18))).toEqual(tooComplex('memory'));
  expect(await gateway.ask(PREPARED)).toEqual({ data: { node: { id: '1' } } });
});

test('an operation that the planner itself finds too large is the client’s to mend, and planned once', async () => {
  gateway = await startGateway({ subgraphs: [tree], config: { limits, metrics: {} } });
  for (const _time of [1, 2, 3]) expect(await gateway.ask(bomb(40))).toEqual(tooComplex('size'));
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  const samples = page
    .split('\n')
    .filter((line) => /^tributary_planning_.*(count|refused_total) /.test(line));
  expect(samples).toEqual([
    'tributary_planning_duration_seconds_count 1',
    'tributary_planning_refused_total 3',
  ]);
});
