/**
 * A subgraph can prove that the gateway asked, for whom, and what; nothing else of the client's request reaches it.
 */

import { createCallerKeys, type TestCallerKeys } from '../kit/caller-keys.ts';
import type { ReceivedCall } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const QUERY = '{ customer(id: "1") { name receivable { amount } } }';

let keys: TestCallerKeys;
let gateway: TestGateway;

beforeAll(async () => {
  keys = await createCallerKeys(['crm', 'accounting', 'shop']);
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { callerProof: { keysFile: keys.keysFile } },
  });
});

afterAll(async () => {
  await gateway.stop();
  keys.stop();
});

async function callTo(subgraph: string, headers: Record<string, string> = {}): Promise<ReceivedCall> {
  await gateway.ask(QUERY, { headers });
  const call = gateway.subgraphs.get(subgraph)?.received.at(-1);
  if (call === undefined) throw new Error(`${subgraph} was not asked`);
  return call;
}

test('each subgraph gets a token for itself alone, good for a minute', async () => {
  const claims = await keys.claimsOf('accounting', await callTo('accounting'));
  expect(claims).toEqual({
    iss: 'tributary-gateway',
    aud: 'accounting',
    sub: 'anonymous',
    roles: [],
    scopes: [],
    iat: expect.any(Number),
    exp: (claims.iat ?? 0) + 60,
  });
  await expect(keys.claimsOf('accounting', await callTo('crm'))).rejects.toThrow(
    'unexpected "aud" claim value',
  );
});

test('the token is made once and used again while it is fresh', async () => {
  const [first, second] = [await callTo('crm'), await callTo('crm')];
  expect(second.headers.authorization).toBe(first.headers.authorization);
});

test('the signature covers the path with its query and the body, and no nonce comes twice', async () => {
  const [first, second] = [await callTo('crm'), await callTo('crm')];
  const verdicts = [first, second].map((call) => keys.verdictOn('crm', call));
  const valid = { kind: 'valid', nonce: expect.any(String), createdS: expect.any(Number) };
  expect(verdicts).toEqual([valid, valid]);
  expect(new Set(verdicts.map((verdict) => verdict.kind === 'valid' && verdict.nonce)).size).toBe(2);
  expect(keys.verdictOn('crm', { ...first, path: '/graphql' }).kind).toBe('refused');
  expect(keys.verdictOn('crm', { ...first, rawBody: `${first.rawBody} ` }).kind).toBe('refused');
});

test('what a client sends in headers never reaches a subgraph, but for its request id', async () => {
  const { headers } = await callTo('crm', {
    'x-request-id': 'my-request-1',
    cookie: 'session=1',
    'x-forwarded-for': '10.0.0.1',
    'x-user': 'admin',
    signature: 'mine',
    'x-timeout-ms': '86400000',
  });
  expect(Object.keys(headers).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'authorization',
    'connection',
    'content-digest',
    'content-length',
    'content-type',
    'host',
    'signature',
    'signature-input',
    'x-request-id',
    'x-timeout-ms',
  ]);
  expect(headers).toMatchObject({
    accept: 'application/graphql-response+json, application/json',
    'content-type': 'application/json',
    'x-request-id': 'my-request-1',
    'x-timeout-ms': expect.stringMatching(/^\d{1,5}$/),
  });
  expect(headers['signature']).not.toBe('mine');
});
