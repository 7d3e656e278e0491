/**
 * A stream is opened to nobody but the gateway, over SSE and over WebSocket alike: each subscription has a proof of its
 * own, made for this very one, just now, and used once.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { bodyOfSubscription, SOCKET_CLOSE } from '../../schema/contract/event-streams.ts';
import { postForStream } from '../kit/read-stream.ts';
import { startShop, type TestShop } from '../kit/start-shop.ts';
import { openReadySocket, subscribeMessage } from '../kit/stream-socket.ts';

const query = 'subscription { stockChanged { id } }';
const body = bodyOfSubscription(query, undefined);

let shop: TestShop;

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.stop());

type Headers = Readonly<Record<string, string>>;

/** What is sent instead of a good proof; `use` has opened a stream with it before. */
const ATTACKS: readonly (readonly [what: string, make: () => Promise<Headers>, because: string])[] = [
  ['no proof', async () => ({}), 'the caller token is missing'],
  [
    'a stale proof',
    () => shop.prove(body, { agoS: 40 }),
    'the signature is older than 30 s by this clock: the clocks differ, or the call was late',
  ],
  [
    'the proof for another system',
    () => shop.prove(body, { audience: 'crm' }),
    'the caller token was not accepted: ERR_JWT_CLAIM_VALIDATION_FAILED',
  ],
  [
    'the proof of another subscription',
    () => shop.prove(bodyOfSubscription('subscription { orderChanged { id } }', undefined)),
    'the body is not the one that was signed',
  ],
  ['a proof that was used', usedProof, 'the request was seen before'],
];

async function usedProof(): Promise<Headers> {
  const proof = await shop.prove(body);
  const stream = await postForStream(shop.url, body, proof);
  expect(stream.status).toBe(200);
  stream.close();
  return proof;
}

test.each(ATTACKS)('%s opens nothing over SSE', async (_what, make, reason) => {
  const stream = await postForStream(shop.url, body, await make());
  expect([stream.status, stream.contentType]).toEqual([401, 'application/json; charset=utf-8']);
  expect(JSON.parse(await stream.whole())).toEqual({
    errors: [{ message: ERRORS.CALLER_NOT_PROVEN.says, extensions: { code: 'CALLER_NOT_PROVEN', reason } }],
  });
});

test.each(ATTACKS)('%s closes the WebSocket', async (_what, make) => {
  const socket = await openReadySocket(shop.url);
  const callerProof = await make();
  socket.send({ id: '1', type: 'subscribe', payload: { query, extensions: { callerProof } } });
  expect(await socket.closed()).toEqual({
    code: SOCKET_CLOSE.CALLER_NOT_PROVEN,
    reason: 'CALLER_NOT_PROVEN',
  });
});

test('a proof covers the variables, and a WebSocket that was proven once proves nothing for the next', async () => {
  const socket = await openReadySocket(shop.url);
  const good = await subscribeMessage(shop.prove, { id: '1', query, as: 'nobody' });
  socket.send(good);
  const other = await subscribeMessage(shop.prove, {
    id: '2',
    query: 'subscription ($ids: [ID!]) { stockChanged(variantIds: $ids) { id } }',
    variables: { ids: ['a'] },
  });
  socket.send({ ...other, payload: { ...other.payload, variables: { ids: ['b'] } } });
  expect((await socket.closed()).code).toBe(SOCKET_CLOSE.CALLER_NOT_PROVEN);
});

test('a call’s idempotency key is not a stream’s: what is signed with one is refused without it', async () => {
  const stream = await postForStream(shop.url, body, await shop.prove(body, { idempotencyKey: 'k' }));
  expect(stream.status).toBe(401);
});
