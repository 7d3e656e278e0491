/**
 * The doors of live updates on gateways that are put up differently: behind TLS, and as several processes.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { WebSocket, type ClientOptions } from 'ws';

import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { createAuthority, createPemFolder } from '../kit/certificates.ts';
import { eventually } from '../kit/eventually.ts';
import { serve } from '../kit/fake-subgraph.ts';
import { orderNews } from '../kit/order-news.ts';
import { composed, startGateway } from '../kit/start-gateway.ts';
import { SUBSCRIBES } from '../kit/transports.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const MAIN = join(import.meta.dirname, '../../gateway/main.ts');
const QUERY = 'subscription { orderChanged { id customer { name } } }';
const EVENT = { data: { orderChanged: { id: 'o1', customer: { name: 'Customer 1' } } } };

/** Says who it is and subscribes; gives the first message after that. */
async function firstEvent(
  url: string,
  options: ClientOptions,
  publish: () => Promise<void>,
): Promise<unknown> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
  const message = once(socket, 'message');
  await publish();
  const [data] = await message;
  socket.terminate();
  return JSON.parse(String(data));
}

test('they are behind TLS where the gateway is', async () => {
  const authority = createAuthority('Tributary test');
  const folder = createPemFolder();
  const { cert, key } = authority.issue('127.0.0.1');
  const tls = { certFile: folder.write('cert.pem', cert), keyFile: folder.write('key.pem', key) };
  const news = orderNews();
  const gateway = await startGateway({ subgraphs: news.subgraphs, config: { server: { tls } } });
  const event = await firstEvent(gateway.url, { ca: authority.cert }, async () => {
    await eventually(() => news.events.listening() === 1, 'the stream');
    news.events.publish('o1');
  });
  expect([gateway.url.startsWith('https:'), event]).toEqual([
    true,
    { id: '1', type: 'next', payload: EVENT },
  ]);
  await eventually(() => news.events.listening() === 0, 'its end');
  await gateway.stop();
  folder.remove();
});

test('each of several processes has them, except for reservations', async () => {
  const news = orderNews();
  const served = await Promise.all(news.subgraphs.map(serve));
  const folder = mkdtempSync(join(tmpdir(), 'tributary-live-'));
  writeFileSync(join(folder, 'supergraph.graphql'), composed(served));
  const options =
    'supergraph: { file: supergraph.graphql }\nserver: { workers: 2, port: 0, drainDelayMs: 0, shutdownGraceMs: 200 }\n' +
    'log: { level: silent }';
  writeFileSync(join(folder, 'two.yaml'), options);
  const child = spawn(NODE, [MAIN, '--config', join(folder, 'two.yaml')], {
    env: CHILD_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [{ url }] = await once(child, 'message');
  const clients = Array.from({ length: 4 }, (_unused, index) =>
    SUBSCRIBES[index % 2 === 0 ? 'websocket' : 'sse']!(url, { query: QUERY }),
  );
  const events = clients.map((client) => client.next());
  await eventually(() => news.events.listening() === 4, 'the streams');
  news.events.publish('o1');
  expect(await Promise.all(events)).toEqual([EVENT, EVENT, EVENT, EVENT]);
  const { status, headers } = await fetch(`${url}/graphql`, { method: 'PUT' });
  expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  const page = await (await fetch(`${url}/metrics`)).text();
  expect(page).toContain('tributary_subscriptions_running{transport="sse"} 2');
  expect(page).toContain('tributary_subscriptions_running{transport="websocket"} 2');
  const ends = clients.map((client) => client.next().catch((closed: unknown) => closed));
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(await Promise.all(ends)).toMatchObject([{ code: 1012 }, {}, { code: 1012 }, {}]);
  await Promise.all(clients.map((client) => client.stop().catch(() => undefined)));
  await Promise.all(served.map((subgraph) => subgraph.stop()));
  rmSync(folder, { recursive: true });
});
