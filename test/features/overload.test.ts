/**
 * More than the gateway can do at a time: so many are at work, so many wait, and the rest is told at once to come
 * again. The probes are answered all the same.
 */

import { requestError } from '../kit/expected-error.ts';
import { behaving, sendJson } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;
let open: () => void;

beforeEach(async () => {
  const gate = new Promise<void>((resolve) => (open = resolve));
  const gated = behaving(accounting, async (answer, response, { body }) => {
    if (!body.query.includes('__typename')) await gate;
    sendJson(response, await answer());
  });
  gateway = await startGateway({
    subgraphs: [crm, gated, shop],
    config: { server: { maxRequests: 2, maxWaiting: 3 } },
  });
});

afterEach(async () => {
  open();
  await gateway.stop();
});

const QUERY = '{ accounts }';

test('two are at work, three wait, and all others get 503 with Retry-After; then the five are answered', async () => {
  const statuses: number[] = [];
  const refused: unknown[] = [];
  const all = Array.from({ length: 20 }, async () => {
    const { status, headers, body } = await gateway.send('/graphql', postOf(QUERY));
    statuses.push(status);
    if (status === 503) refused.push([headers.get('retry-after'), body]);
    if (refused.length === 15) open();
  });
  await Promise.all(all);
  expect(statuses).toEqual([...Array<number>(15).fill(503), ...Array<number>(5).fill(200)]);
  const told = { errors: [requestError('OVERLOADED', { retryAfterMs: 1_000 })] };
  expect(refused).toEqual(Array.from({ length: 15 }, () => ['1', told]));
  // Places are used again.
  expect(await gateway.ask(QUERY)).toEqual({ data: { accounts: 7 } });
});

test('whoever hangs up while it waits or works leaves its place to others', async () => {
  const leaving = new AbortController();
  const left = Array.from({ length: 5 }, () =>
    fetch(`${gateway.url}/graphql`, { ...postOf(QUERY), signal: leaving.signal }).catch(() => undefined),
  );
  // One of two more is refused when all have come.
  const more = () => gateway.send('/graphql', postOf('{ accounts again: accounts }'));
  expect((await Promise.race([more(), more(), more()])).status).toBe(503);
  leaving.abort();
  await Promise.all(left);
  open();
  let answer: { readonly status: number };
  do answer = await gateway.send('/graphql', postOf(QUERY));
  while (answer.status === 503);
  expect(answer).toMatchObject({ status: 200, body: { data: { accounts: 7 } } });
});

test('probes are answered however much there is to do', async () => {
  const asked = Array.from({ length: 5 }, () => gateway.ask(QUERY));
  const [live, ready] = [await gateway.send('/live', {}), await gateway.send('/ready', {})];
  expect([live.status, ready.status]).toEqual([200, 200]);
  open();
  await Promise.all(asked);
});
