/**
 * A supergraph that the gateway composes of a folder of SDLs: the same as the committed one, followed as files change,
 * refused with file and line, and composed where no request waits for it.
 */

import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { POLICIES } from '../../tools/access/policy.ts';
import { publishedSdls } from '../../tools/compose/compose-company.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { subgraphUrl } from '../../tools/systems/subgraph-ports.ts';
import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { createFolderSource } from '../../gateway/supergraph/folder-source.ts';
import type { Reading } from '../../gateway/supergraph/source.ts';
import { serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { startLoad } from '../kit/keep-alive-load.ts';
import { prices, shopNumber } from '../kit/numbered-shops.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const QUERY = '{ first second { price name } }';

let folder: string;
let served: readonly ServedSubgraph[];
let gateway: TestGateway | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-folder-'));
  served = await Promise.all([shopNumber(0), prices].map(serve));
  for (const { name, sdl } of served) write(name, sdl);
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await Promise.all(served.map((subgraph) => subgraph.stop()));
  rmSync(folder, { recursive: true });
});

function write(name: string, sdl: string): void {
  writeFileSync(join(folder, `${name}.draft`), sdl);
  renameSync(join(folder, `${name}.draft`), join(folder, `${name}.graphql`));
}

async function start(composition = {}): Promise<TestGateway> {
  const overrides = Object.fromEntries(served.map(({ name, url }) => [name, { url }]));
  const config = { supergraph: { folder, watch: true, composition }, subgraphs: { overrides } };
  return (gateway = await startGateway({ subgraphs: [], config }));
}

const shopSdl = () => served[0]!.sdl;
/** Whether the schema has the field at its root; the subgraphs behind it stay as they are. */
const accepts = (field: string) => async () =>
  JSON.stringify(await gateway!.ask('{ __type(name: "Query") { fields { name } } }')).includes(`"${field}"`);
const refusals = () => gateway!.logged().filter(({ msg }) => msg === 'supergraph refused; the old one stays');

test('changed files are taken over under load, several at once as one, without a failed request', async () => {
  await start();
  const expected = { data: { first: 'shop 0', second: { price: 7, name: 'shop 0' } } };
  const load = startLoad({
    url: `${gateway!.url}/graphql`,
    clients: 2,
    ask: () => ({ query: QUERY }),
    accepts: (answer) => answer === `${JSON.stringify(expected)}\n`,
  });
  write('shop', shopSdl().replace('spare0', 'spare1'));
  write('prices', served[1]!.sdl.replace('currency: String', 'currency: String  country: String'));
  const isTaken = await isTrueWithin(accepts('spare1'), PATIENCE_MS);
  const isWhole = await accepts('country')();
  const { answered, failures } = await load.end();
  expect([isTaken, isWhole]).toEqual([true, true]);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(20);
  expect(gateway!.logged().filter(({ msg }) => msg === 'supergraph taken over')).toHaveLength(1);
});

test('what does not compose is refused with file and line, and a good one is taken again', async () => {
  await start();
  write('shop', `${shopSdl()}\nextend type Item { price: Int }`);
  expect(await isTrueWithin(async () => refusals().length === 1, PATIENCE_MS)).toBe(true);
  expect(refusals()[0]).toMatchObject({
    reason: 'not_composable',
    reasons: expect.arrayContaining([
      expect.stringMatching(/shop\.graphql:3:\d+: Item\.price has 2 owners: shop here, and prices\./),
    ]),
  });
  expect(await gateway!.ask('{ first }')).toEqual({ data: { first: 'shop 0' } });
  write('other', 'type Query { other: Int }');
  write('shop', shopSdl());
  expect(await isTrueWithin(async () => refusals().length === 2, PATIENCE_MS)).toBe(true);
  expect(refusals()[1]?.['reasons']).toEqual([
    `${join(folder, 'other.graphql')}:1:1: nothing says where other is called: set subgraphs.overrides.other.url.`,
  ]);
  rmSync(join(folder, 'other.graphql'));
  write('shop', shopSdl().replace('spare0', 'spare2'));
  expect(await isTrueWithin(accepts('spare2'), PATIENCE_MS)).toBe(true);
});

test.each([
  ['that does not exist', () => rmSync(folder, { recursive: true }), 'does not exist.'],
  ['that is empty', () => served.map(({ name }) => rmSync(join(folder, `${name}.graphql`))), 'holds no file'],
  ['with a half-written SDL', () => write('shop', 'type Query {'), 'shop.graphql:1:13: Syntax Error'],
])('a start from a folder %s is refused', async (_what, spoil, says) => {
  spoil();
  await expect(start()).rejects.toThrow(says);
  // The test's end removes it.
  folder = mkdtempSync(join(tmpdir(), 'tributary-folder-'));
});

test.each([
  ['timeoutMs', 1, 'takes longer than 1 ms'],
  ['maxHeapMb', 64, 'needs more than 64 MB'],
])('what costs more to compose than supergraph.composition.%s is refused', async (name, limit, says) => {
  const fields = Array.from({ length: 50 }, (_, field) => `field${field}(of: Int): String`).join(' ');
  const types = Array.from({ length: 250 }, (_, type) => `type Spare${type} { ${fields} }`);
  write('shop', `${shopSdl()} ${types.join('\n')}`);
  await expect(start({ [name]: limit })).rejects.toThrow(
    `The supergraph cannot be composed: that ${says} (supergraph.composition.${name}).`,
  );
});

describe('of the reference company', () => {
  async function composeOnce(): Promise<Reading> {
    for (const { name } of served) rmSync(join(folder, `${name}.graphql`));
    for (const { name, sdl } of await publishedSdls(POLICIES)) write(name, sdl);
    const addresses = new Map<string, string>(SYSTEM_NAMES.map((name) => [name, subgraphUrl(name)]));
    const addressOf = (name: string) => addresses.get(name);
    const limits = { timeoutMs: PATIENCE_MS, maxHeapMb: 512 };
    return createFolderSource({ folder, maxBytes: 10_000_000, limits, addressOf }).read();
  }

  test('it is the one that is committed, without a request waiting for it', async () => {
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const startedAt = performance.now();
    const reading = await composeOnce();
    const tookMs = performance.now() - startedAt;
    delays.disable();
    const committed = readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8');
    const withoutHeader = committed.replace(/^(?:#.*\n)+\n/, '');
    expect(typeof reading === 'string' ? reading : `${reading.sdl.trimEnd()}\n`).toBe(withoutHeader);
    // Composed where requests run, it would be nearly all of the time.
    expect(delays.max / 1e6).toBeLessThan(tookMs / 2);
  });
});
