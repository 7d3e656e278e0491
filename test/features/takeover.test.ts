/**
 * A new supergraph without a restart: requests that run end as they began, those that begin get the new one, and a
 * bad one changes nothing.
 */

import { createHash } from 'node:crypto';
import { copyFile, rename, writeFile } from 'node:fs/promises';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { createCallerKeys } from '../kit/caller-keys.ts';
import { honest, serve, slow, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { prices, shopNumber } from '../kit/numbered-shops.ts';
import { composed, startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const OPERATION = 'query Both { first second { price name } }';
const answerOf = (number: number) => ({
  data: { first: `shop ${number}`, second: { price: 7, name: `shop ${number}` } },
});

let gateway: TestGateway;
let others: ServedSubgraph[] = [];

afterEach(async () => {
  await gateway.stop();
  await Promise.all(others.map((subgraph) => subgraph.stop()));
  others = [];
});

async function serveOther(...subgraphs: Parameters<typeof serve>[0][]): Promise<ServedSubgraph[]> {
  const served = await Promise.all(subgraphs.map(serve));
  others.push(...served);
  return served;
}

function messages(level: string): readonly string[] {
  return gateway
    .logged()
    .filter((line) => line['level'] === level)
    .map(({ msg }) => String(msg));
}

test('ten supergraphs are taken over under load, and every request is answered by one of them', async () => {
  gateway = await startGateway({ subgraphs: [shopNumber(0), slow(prices, '20ms')] });
  const pricesAlone = gateway.subgraphs.get('prices')!;
  let isOver = false;
  const answers: unknown[] = [];
  const load = Array.from({ length: 4 }, async (_, client) => {
    while (!isOver)
      answers.push(await gateway.ask(client === 0 ? `${OPERATION} #${answers.length}` : OPERATION));
  });
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  for (const number of numbers) {
    const [shop] = await serveOther(shopNumber(number));
    await gateway.replace(composed([shop!, pricesAlone]));
    expect(await gateway.ask(OPERATION)).toEqual(answerOf(number));
  }
  isOver = true;
  await Promise.all(load);
  const known = new Set([0, ...numbers].map((number) => JSON.stringify(answerOf(number))));
  expect(answers.map((answer) => JSON.stringify(answer)).filter((answer) => !known.has(answer))).toEqual([]);
  expect(answers.length).toBeGreaterThan(100);
  expect(messages('error')).toEqual([]);
});

test('what was asked before needs no planning after the takeover', async () => {
  gateway = await startGateway({ subgraphs: [shopNumber(0), prices], config: { log: { level: 'debug' } } });
  for (const text of [OPERATION, OPERATION, '{ spare0 }', '{ currency }']) await gateway.ask(text);
  const [shop] = await serveOther(shopNumber(1));
  await gateway.replace(composed([shop!, gateway.subgraphs.get('prices')!]));
  const plannedBefore = messages('debug').filter((message) => message === 'operation planned').length;
  expect(await gateway.ask(OPERATION)).toEqual(answerOf(1));
  expect(await gateway.ask('{ currency }')).toEqual({ data: { currency: 'EUR' } });
  expect(messages('debug').filter((message) => message === 'operation planned')).toHaveLength(plannedBefore);
  // The third does not fit the new schema.
  expect(gateway.logged()).toContainEqual(
    expect.objectContaining({ msg: 'supergraph taken over', warmed: 2 }),
  );
});

test('a request that runs during the takeover ends with the supergraph that it began with', async () => {
  gateway = await startGateway({ subgraphs: [shopNumber(0), slow(prices, '400ms')] });
  const running = gateway.ask(OPERATION);
  await isTrueWithin(async () => gateway.subgraphs.get('prices')?.received.length === 1, PATIENCE_MS);
  const [shop] = await serveOther(shopNumber(1));
  await gateway.replace(composed([shop!, gateway.subgraphs.get('prices')!]));
  expect(await running).toEqual(answerOf(0));
});

test.each([
  ['half written', (sdl: string) => sdl.slice(0, sdl.length / 2), /is not GraphQL/],
  [
    'with a hole',
    (sdl: string) => sdl.replace(/^type Item$/m, 'type Itemx'),
    /cannot be used: Unknown type: "Item"\.$/,
  ],
  [
    'with a feature that is not known',
    (sdl: string) =>
      sdl.replace('schema\n', 'schema\n  @link(url: "https://example.com/vault/v1.0", for: SECURITY)\n'),
    /is for: SECURITY but is unsupported\.$/,
  ],
])('a supergraph %s is refused with the reason, and the old one stays', async (_what, spoil, reason) => {
  gateway = await startGateway({ subgraphs: [shopNumber(0), prices] });
  const sdl = composed([...gateway.subgraphs.values()]);
  await gateway.replace(spoil(sdl));
  expect(await gateway.ask(OPERATION)).toEqual(answerOf(0));
  expect(gateway.logged().filter(({ level }) => level === 'error')).toEqual([
    {
      level: 'error',
      time: expect.any(String),
      reason: 'unusable',
      reasons: [expect.stringMatching(reason)],
      served: createHash('sha256').update(sdl).digest('hex').slice(0, 16),
      msg: 'supergraph refused; the old one stays',
    },
  ]);
});

test('a file that is watched is taken over when it changes, by writing or by renaming', async () => {
  gateway = await startGateway({
    subgraphs: [shopNumber(0), prices],
    config: { supergraph: { watch: true } },
  });
  const served = await serveOther(shopNumber(1), shopNumber(2));
  const sdls = served.map((shop) => composed([shop, gateway.subgraphs.get('prices')!]));
  const isAnsweredBy = async (number: number) =>
    JSON.stringify(await gateway.ask('{ first }')) === `{"data":{"first":"shop ${number}"}}`;
  await writeFile(gateway.supergraphFile, sdls[0]!);
  expect(await isTrueWithin(() => isAnsweredBy(1), PATIENCE_MS)).toBe(true);
  await writeFile(`${gateway.supergraphFile}.new`, sdls[1]!);
  await rename(`${gateway.supergraphFile}.new`, gateway.supergraphFile);
  expect(await isTrueWithin(() => isAnsweredBy(2), PATIENCE_MS)).toBe(true);
});

test('what is refused for a key that is not there yet is taken over when the key comes', async () => {
  const [early, late] = await Promise.all(
    [
      ['shop', 'prices'],
      ['shop', 'prices', 'slips'],
    ].map(createCallerKeys),
  );
  const { keysFile } = early!;
  gateway = await startGateway({
    subgraphs: [shopNumber(0), prices],
    config: { supergraph: { watch: true }, callerProof: { keysFile } },
  });
  const [slips] = await serveOther(honest('slips', 'type Query { slip: Int }', { Query: { slip: () => 1 } }));
  await writeFile(gateway.supergraphFile, composed([...gateway.subgraphs.values(), slips!]));
  const isRefused = () =>
    Promise.resolve(messages('error').includes('supergraph refused; the old one stays'));
  expect(await isTrueWithin(isRefused, PATIENCE_MS)).toBe(true);
  await copyFile(late!.keysFile, keysFile);
  const isTaken = () => Promise.resolve(messages('info').includes('supergraph taken over'));
  expect(await isTrueWithin(isTaken, PATIENCE_MS)).toBe(true);
  expect(messages('error')).toEqual(['supergraph refused; the old one stays']);
  for (const keys of [early, late]) keys!.stop();
});
