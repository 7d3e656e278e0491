/**
 * Nothing that operators do day by day costs a request: another supergraph, new workers, processes restarted one by
 * one. Real processes, clients on kept connections that retry nothing, every answer counted and compared.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isRecord } from '../../gateway/base/is-record.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { eventually } from '../kit/eventually.ts';
import { serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { startLoad } from '../kit/keep-alive-load.ts';
import { startLoadBalancer } from '../kit/load-balancer.ts';
import { startProcess, type RealProcess } from '../kit/real-process.ts';
import { prices, shopNumber } from '../kit/numbered-shops.ts';
import { startSchemaHost } from '../kit/schema-host.ts';
import { composed } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

/** More with SWAPS=100; one takes about a second, because the file must have been still for half of it. */
const SWAPS = Number(process.env['SWAPS'] ?? 8);
const CLIENTS = 4;

/** Asks the shop twice, with the prices in between: a request that saw two supergraphs would mix two numbers. */
const QUERY = '{ first second { price name } }';
const answerOf = (number: number) =>
  `${JSON.stringify({ data: { first: `shop ${number}`, second: { price: 7, name: `shop ${number}` } } })}\n`;

let folder: string;
let shops: readonly ServedSubgraph[];
let pricing: ServedSubgraph;
let sdls: readonly string[];
let file: string;
const running: RealProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-rolling-'));
  file = join(folder, 'supergraph.graphql');
  shops = await Promise.all([0, 1, 2, 3].map((number) => serve(shopNumber(number))));
  pricing = await serve(prices);
  sdls = shops.map((shop) => composed([shop, pricing]));
});

beforeEach(() => replaceFile(sdls[0]!));

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) if (child.kill('SIGKILL')) await ended;
});

afterAll(async () => {
  await Promise.all([...shops, pricing].map((subgraph) => subgraph.stop()));
  rmSync(folder, { recursive: true });
});

function replaceFile(sdl: string): void {
  writeFileSync(`${file}.new`, sdl);
  renameSync(`${file}.new`, file);
}

async function startGateway(config: string): Promise<RealProcess> {
  const configFile = join(folder, 'gateway.yaml');
  writeFileSync(configFile, config);
  const gateway = await startProcess({ file: 'gateway/main.ts', flags: ['--config', configFile] });
  running.push(gateway);
  return gateway;
}

/** More requests than there are clients, so that each of them has asked since. */
async function letAnswer(load: ReturnType<typeof startLoad>, count = 50): Promise<void> {
  const before = load.answered();
  expect(await isTrueWithin(async () => load.answered() >= before + count, PATIENCE_MS)).toBe(true);
}

const loadOn = (url: string) => {
  const known = new Set(shops.map((_, number) => answerOf(number)));
  const ask = (count: number) => ({ query: count % 7 === 0 ? `${QUERY} # ${count}` : QUERY });
  return startLoad({ url: `${url}/graphql`, clients: CLIENTS, ask, accepts: (answer) => known.has(answer) });
};

async function supergraphOf(url: string): Promise<Record<string, unknown>> {
  const body: unknown = await (await fetch(`${url}/ready`)).json();
  const state = isRecord(body) ? body['supergraph'] : undefined;
  return isRecord(state) ? state : {};
}

const hashOf = (sdl: string) => createHash('sha256').update(sdl).digest('hex').slice(0, 16);

test(
  `${SWAPS} supergraphs, bad ones among them, cost no request, and it is visible which one is served`,
  async () => {
    const gateway = await startGateway(
      `supergraph: { file: ${file}, watch: true }\nserver: { port: 0 }\nlog: { level: warn }`,
    );
    const load = loadOn(gateway.url);
    let served = sdls[0]!;
    for (let swap = 1; swap <= SWAPS; swap += 1) {
      await letAnswer(load);
      const next = sdls[swap % sdls.length]!;
      // Every fourth cannot be used; each differs from the others, so that each is news.
      const isBad = swap % 4 === 3;
      const refusedBefore = (await supergraphOf(gateway.url))['refused'];
      replaceFile(isBad ? next.replace(/^type Item$/m, `type Item${swap}`) : next);
      if (!isBad) served = next;
      const isTaken = async () => {
        const { hash, refused } = await supergraphOf(gateway.url);
        if (hash !== hashOf(served)) return false;
        return isBad ? JSON.stringify(refused) !== JSON.stringify(refusedBefore) : refused === undefined;
      };
      expect(await isTrueWithin(isTaken, PATIENCE_MS)).toBe(true);
    }
    await letAnswer(load);
    const { answered, failures } = await load.end();
    expect(failures).toEqual([]);
    console.info(`${SWAPS} swaps: ${answered} requests answered, none failed`);
    expect(gateway.logged().map(({ msg }) => msg)).toEqual(
      Array.from({ length: Math.floor((SWAPS + 1) / 4) }, () => 'supergraph refused; the old one stays'),
    );
    expect(await gateway.stop()).toEqual([0, null]);
  },
  60_000 + SWAPS * 10_000,
);

test('every worker takes over what an address gives, under load, and no request fails', async () => {
  const host = await startSchemaHost();
  host.put('/supergraph', sdls[0]);
  const source = `url: "${host.url}/supergraph", allowedHosts: ["${host.host}"], polling: { everyMs: 100 }`;
  const gateway = await startGateway(`supergraph: { ${source} }\nserver: { port: 0, workers: 2 }`);
  const isServedByBoth = async (sdl: string) => {
    const page = await (await fetch(`${gateway.url}/metrics`)).text();
    return page.includes(`tributary_supergraph_info{hash="${hashOf(sdl)}",from="source"} 2`);
  };
  expect(await isTrueWithin(() => isServedByBoth(sdls[0]!), PATIENCE_MS)).toBe(true);
  const load = loadOn(gateway.url);
  await letAnswer(load);
  host.put('/supergraph', sdls[1]);
  const isTaken = await isTrueWithin(() => isServedByBoth(sdls[1]!), PATIENCE_MS);
  await letAnswer(load);
  const { failures } = await load.end();
  await host.stop();
  expect([isTaken, failures]).toEqual([true, []]);
  expect(await gateway.stop()).toEqual([0, null]);
});

test('workers are renewed one by one on SIGHUP under load, and no request fails', async () => {
  const gateway = await startGateway(`supergraph: { file: ${file} }\nserver: { port: 0, workers: 2 }`);
  const load = loadOn(gateway.url);
  const logged = (message: string) => gateway.logged().filter(({ msg }) => msg === message);
  for (const round of [1, 2, 3]) {
    await letAnswer(load);
    gateway.child.kill('SIGHUP');
    expect(await isTrueWithin(async () => logged('workers renewed').length === round, 2 * PATIENCE_MS)).toBe(
      true,
    );
  }
  await letAnswer(load);
  expect((await load.end()).failures).toEqual([]);
  expect([logged('worker listens').length, logged('worker died')]).toEqual([8, []]);
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  const counts = page.matchAll(/^tributary_request_duration_seconds_count\{.*\} (\d+)$/gm);
  const counted = [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  // Lines wait for others, a moment at most.
  await eventually(() => logged('request ended').length === counted, `a line for each of ${counted}`);
  expect(await gateway.stop()).toEqual([0, null]);
}, 180_000);

test('where a new worker does not start, the old ones go on answering', async () => {
  const gateway = await startGateway(`supergraph: { file: ${file} }\nserver: { port: 0, workers: 2 }`);
  const load = loadOn(gateway.url);
  writeFileSync(join(folder, 'gateway.yaml'), 'nonsense: true');
  gateway.child.kill('SIGHUP');
  const isRefused = async () =>
    gateway.logged().some(({ msg }) => msg === 'a new worker does not start; the old ones stay');
  expect(await isTrueWithin(isRefused, PATIENCE_MS)).toBe(true);
  await letAnswer(load);
  expect((await load.end()).failures).toEqual([]);
  expect(gateway.logged().filter(({ msg }) => msg === 'gateway stops')).toEqual([]);
  expect(await gateway.stop()).toEqual([0, null]);
});

test('two gateways behind a load balancer are restarted in turn, and no request fails', async () => {
  const config = `supergraph: { file: ${file} }\nserver: { port: 0, drainDelayMs: 1000 }`;
  let gateways = [await startGateway(config), await startGateway(config)];
  const balancer = await startLoadBalancer(gateways.map(({ url }) => url));
  const load = loadOn(balancer.url);
  for (let restart = 0; restart < 4; restart += 1) {
    await letAnswer(load);
    const [old, other] = gateways;
    expect(await old!.stop()).toEqual([0, null]);
    gateways = [other!, await startGateway(config)];
    balancer.use(gateways.map(({ url }) => url));
  }
  await letAnswer(load);
  const { failures } = await load.end();
  await balancer.stop();
  expect(failures).toEqual([]);
}, 180_000);
