/**
 * The gateway's end: what runs is answered, and then nothing keeps it waiting.
 */

import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';

import { expect, test } from '@jest/globals';
import { askInParts } from '../kit/ask-in-parts.ts';
import { behaving, honest, sendJson, slow } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type HttpAnswer } from '../kit/start-gateway.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

test('a request that ends during the stop is answered, and its kept connection does not delay the end', async () => {
  const patient = honest('patient', 'type Query { word: String }', { Query: { word: () => 'yes' } });
  const gateway = await startGateway({
    subgraphs: [slow(patient, '150ms')],
    config: { server: { shutdownGraceMs: 60_000 } },
  });
  const agent = new Agent({ keepAlive: true });
  const answer = keptAnswer(gateway.url, agent);
  await isTrueWithin(async () => gateway.subgraphs.get('patient')?.received.length === 1, PATIENCE_MS);
  const startedAt = performance.now();
  await gateway.stop();

  expect(await answer).toEqual({ data: { word: 'yes' } });
  // This client would keep its connection for longer than that, and the gateway by itself too.
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  agent.destroy();
});

/** Of a client that closes no connection. */
function keptAnswer(url: string, agent: Agent): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const headers = { 'content-type': 'application/json' };
  request(`${url}/graphql`, { method: 'POST', headers, agent }, (answer) => {
    json(answer).then(resolve, reject);
  })
    .on('error', reject)
    .end('{"query":"{ word }"}');
  return promise;
}

const patient = honest('patient', 'type Query { word: String }', { Query: { word: () => 'yes' } });

test('while it drains, /ready says so, requests are answered, and each answer closes its connection', async () => {
  const gateway = await startGateway({ subgraphs: [patient], config: { server: { drainDelayMs: 1_000 } } });
  const ask = () =>
    gateway.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ word }"}',
    });
  const seen = ({ status, headers, body }: HttpAnswer) => [status, headers.get('connection'), body];
  expect(seen(await ask())).toEqual([200, 'keep-alive', { data: { word: 'yes' } }]);
  const stopped = gateway.stop();
  expect(seen(await gateway.send('/ready', {}))).toEqual([503, 'close', { status: 'stopping' }]);
  expect(seen(await ask())).toEqual([200, 'close', { data: { word: 'yes' } }]);
  await stopped;
  await expect(ask()).rejects.toThrow('fetch failed');
});

test('one that another process replaces stays ready until it is gone', async () => {
  const gateway = await startGateway({ subgraphs: [patient], config: { server: { drainDelayMs: 1_000 } } });
  const stopped = gateway.stop({ isReplaced: true });
  const { status, headers } = await gateway.send('/ready', {});
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  await stopped;
});

test('an answer in parts that has begun comes whole', async () => {
  const gate = Promise.withResolvers<undefined>();
  const held = behaving(accounting, async (answer, response) => {
    const body = await answer();
    await gate.promise;
    sendJson(response, body);
  });
  const gateway = await startGateway({ subgraphs: [crm, held, shop] });
  const { next, rest } = await askInParts(gateway.url, {
    query: '{ customer(id: "1") { name ... @defer { rating } } }',
  });
  const first = await next();
  const stopped = gateway.stop();
  const isClosed = () =>
    gateway.send('/live', {}).then(
      () => false,
      () => true,
    );
  expect(await isTrueWithin(isClosed, PATIENCE_MS)).toBe(true);
  gate.resolve(undefined);
  expect([first, ...(await rest())]).toEqual([
    {
      data: { customer: { name: 'Ada Byron' } },
      pending: [{ id: '0', path: ['customer'] }],
      hasNext: true,
    },
    { incremental: [{ id: '0', data: { rating: 'GOOD' } }], completed: [{ id: '0' }], hasNext: false },
  ]);
  await stopped;
});

test('what takes longer than it may is cut off, and the log says so', async () => {
  const gateway = await startGateway({
    subgraphs: [behaving(patient, () => undefined)],
    config: { server: { shutdownGraceMs: 50 } },
  });
  const answer = gateway.ask('{ word }').catch(String);
  await isTrueWithin(async () => gateway.subgraphs.get('patient')?.received.length === 1, PATIENCE_MS);
  await gateway.stop();
  expect(await answer).toBe('TypeError: fetch failed');
  expect(gateway.logged().map(({ msg }) => msg)).toContain('requests that took too long to end were cut off');
});
