/**
 * Open streams hold no stop up: what is pending is told, each reader hears that it is to come back, and the process ends
 * in order. A real process on a real database for the end, one in this process for the WebSocket.
 */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { SOCKET_CLOSE } from '../../schema/contract/event-streams.ts';
import { followCallerKeys } from '../../gateway/upstream/caller-keys.ts';
import { createCallerProof } from '../../gateway/upstream/caller-proof.ts';
import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { provideDevelopmentKeys } from '../../tools/development-keys.ts';
import { freshDatabase } from '../kit/company-databases.ts';
import { postForStream, readStream } from '../kit/read-stream.ts';
import { startProcess } from '../kit/real-process.ts';
import { fillShop } from '../kit/small-shop.ts';
import { principalWith } from '../kit/start-subgraph.ts';
import { startShop } from '../kit/start-shop.ts';
import { openReadySocket, subscribeMessage } from '../kit/stream-socket.ts';

const body = JSON.stringify({ query: 'subscription { orderChanged { id } }' });

test('a process with open streams ends in order and soon, and says so to its readers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-stream-stop-'));
  const keys = await provideDevelopmentKeys(folder);
  const database = await freshDatabase('shop', 'empty');
  await fillShop(database.owner);
  const process = await startProcess({
    file: 'subgraphs/shop/main.ts',
    environment: {
      SHOP_DATABASE_URL: database.runtime,
      CALLER_KEYS_FILE: keys.subgraphCaller('shop'),
      DRAIN_DELAY_MS: '0',
      SHUTDOWN_GRACE_MS: '60000',
    },
  });
  const gatewayKeys = followCallerKeys(
    { keysFile: keys.gatewayCaller },
    ['shop'],
    createLogger({ level: 'silent' }),
  );
  const prove = createCallerProof(gatewayKeys, {
    nowS: () => Math.floor(Date.now() / 1000),
    nonce: randomUUID,
  });
  const proof = await prove(principalWith('auditor'), 'shop', { method: 'POST', path: '/graphql', body });
  const stream = await postForStream(process.url, body, proof);
  const begunAtMs = performance.now();
  expect(await process.stop()).toEqual([0, null]);
  expect(performance.now() - begunAtMs).toBeLessThan(20_000);
  expect(await stream.rest()).toEqual(['complete']);
  expect(process.logged()).toContainEqual(
    expect.objectContaining({
      msg: 'a stream was closed',
      because: 'the process stops',
      field: 'orderChanged',
    }),
  );
  await database.drop();
  await rm(folder, { recursive: true });
});

test('a WebSocket is told to come back, after what was pending and without the end of its subscription', async () => {
  const shop = await startShop();
  const article = await shop.addArticle('LAST', { onHand: 1 });
  const query = 'subscription { stockChanged { stock } }';
  // From here on changes are heard, so that a later stream is open as soon as it is proven.
  const beside = await readStream(shop, query);
  const socket = await openReadySocket(shop.url);
  socket.send(await subscribeMessage(shop.prove, { id: '1', query }));
  // Refused after the other one was opened.
  socket.send(await subscribeMessage(shop.prove, { id: '2', query: 'subscription { nothing }' }));
  expect([(await socket.next()).id, (await socket.next()).type]).toEqual(['2', 'complete']);
  await shop.runAsOwner(`update product_variant set on_hand = 2 where id = '${article}'`);
  expect(await socket.next()).toEqual({
    id: '1',
    type: 'next',
    payload: { data: { stockChanged: { stock: 2 } } },
  });
  const stopping = shop.stop();
  expect(await socket.closed()).toEqual({ code: SOCKET_CLOSE.SERVICE_RESTART, reason: 'SERVICE_RESTART' });
  await expect(socket.next()).rejects.toThrow('the socket is closed');
  await stopping;
  expect(await beside.rest()).toEqual([{ data: { stockChanged: { stock: 2 } } }, 'complete']);
});
