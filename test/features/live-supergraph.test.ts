/**
 * A supergraph from an address: asked again and again, taken over without a failed request, signed where that is
 * demanded, and refused with a reason where it is not what it should be.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { signDetached } from '../../tools/signing/sign-detached.ts';
import { createPemFolder, type PemFolder } from '../kit/certificates.ts';
import { serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { startLoad } from '../kit/keep-alive-load.ts';
import { prices, shopNumber } from '../kit/numbered-shops.ts';
import { startSchemaHost, type SchemaHost } from '../kit/schema-host.ts';
import { createSigningKey, keySetOf } from '../kit/signing-keys.ts';
import { composed, startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const QUERY = '{ first second { price name } }';
const answerOf = (number: number) => ({
  data: { first: `shop ${number}`, second: { price: 7, name: `shop ${number}` } },
});

let shops: readonly ServedSubgraph[];
let pricing: ServedSubgraph;
let sdls: readonly string[];
let host: SchemaHost;
let files: PemFolder;
let gateway: TestGateway | undefined;

beforeAll(async () => {
  shops = await Promise.all([0, 1, 2].map((number) => serve(shopNumber(number))));
  pricing = await serve(prices);
  sdls = shops.map((shop) => composed([shop, pricing]));
});

afterAll(() => Promise.all([...shops, pricing].map((subgraph) => subgraph.stop())));

beforeEach(async () => {
  host = await startSchemaHost();
  host.put('/supergraph', sdls[0]);
  files = createPemFolder();
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await host.stop();
  files.remove();
});

type Options = NonNullable<Parameters<typeof startGateway>[0]['config']>['supergraph'];

async function start(options: Options = {}): Promise<TestGateway> {
  const polling = { everyMs: 50, timeoutMs: 5_000, ...options.polling };
  const supergraph = { url: `${host.url}/supergraph`, allowedHosts: [host.host], ...options, polling };
  return (gateway = await startGateway({ subgraphs: [], config: { supergraph } }));
}

interface Served {
  readonly isKeptCopy?: true;
  readonly refused?: { readonly at: string; readonly reason: string };
}

async function served(): Promise<Served> {
  const { body } = await gateway!.send('/ready', {});
  // Reason for the cast: it is what /ready says.
  return (body as { readonly supergraph: Served }).supergraph;
}

const isServing = (number: number) =>
  isTrueWithin(
    async () => JSON.stringify(await gateway!.ask(QUERY)) === JSON.stringify(answerOf(number)),
    PATIENCE_MS,
  );
const isRefused = (reason: string) =>
  isTrueWithin(async () => (await served()).refused?.reason === reason, PATIENCE_MS);

/** Two more looks than there were: the second of them began after now. */
async function looksAgain(): Promise<void> {
  const before = host.asked.length;
  expect(await isTrueWithin(async () => host.asked.length >= before + 2, PATIENCE_MS)).toBe(true);
}

const countOf = (message: string) => gateway!.logged().filter(({ msg }) => msg === message).length;

test('another one is taken over under load without a failed request; the same one never', async () => {
  await start();
  const known = new Set([0, 1, 2].map((number) => `${JSON.stringify(answerOf(number))}\n`));
  const load = startLoad({
    url: `${gateway!.url}/graphql`,
    clients: 4,
    ask: (count) => ({ query: count % 7 === 0 ? `${QUERY} # ${count}` : QUERY }),
    accepts: (answer) => known.has(answer),
  });
  const taken: boolean[] = [];
  for (const number of [1, 2, 0, 1]) {
    host.put('/supergraph', sdls[number]);
    taken.push(await isServing(number));
  }
  const { answered, failures } = await load.end();
  expect(taken).toEqual([true, true, true, true]);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(50);
  await looksAgain();
  expect(host.unmodified()).toBeGreaterThan(0);
  expect(countOf('supergraph taken over')).toBe(4);
});

test.each([
  ['not_found', undefined, 'unexpected_status'],
  ['not GraphQL', 'type Query {', 'unusable'],
  ['no supergraph', 'type Query { a: Int }', 'unusable'],
  ['a page for browsers', 'html', 'wrong_content'],
  ['a redirect', 'redirect', 'redirected'],
  ['too large', `# ${'x'.repeat(70_000)}`, 'too_large'],
  ['a feature that is not known', 'vault', 'unusable'],
])('%s is refused, the old one stays, and a good one is taken again', async (_what, page, reason) => {
  await start({ maxBytes: 60_000 });
  if (page === 'html') {
    host.put('/supergraph', (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(sdls[1]),
    );
  } else if (page === 'redirect') {
    host.put('/other', sdls[1]);
    host.put('/supergraph', (_request, response) =>
      response.writeHead(302, { location: `${host.url}/other` }).end(),
    );
  } else if (page === 'vault') {
    const link = '@link(url: "https://example.com/vault/v1.0", for: SECURITY)';
    host.put('/supergraph', sdls[1]!.replace('schema\n', `schema\n  ${link}\n`));
  } else host.put('/supergraph', page);
  expect(await isRefused(reason)).toBe(true);
  await looksAgain();
  expect(await gateway!.ask(QUERY)).toEqual(answerOf(0));
  // However often it is looked at.
  expect(countOf('supergraph refused; the old one stays')).toBe(1);
  const metrics = await (await fetch(`${gateway!.url}/metrics`)).text();
  expect(metrics).toMatch(
    new RegExp(`^tributary_supergraph_refusals_total\\{reason="${reason}"\\} [1-9]`, 'm'),
  );
  expect(metrics).toMatch(/^tributary_supergraph_info\{hash="[\da-f]{16}",from="source"\} 1$/m);
  host.put('/supergraph', sdls[2]);
  expect(await isServing(2)).toBe(true);
  expect(await served()).not.toHaveProperty('refused');
});

test('a host that goes and comes back costs nothing and is told', async () => {
  await start();
  await host.stop();
  expect(await isRefused('unreachable')).toBe(true);
  expect(await gateway!.ask(QUERY)).toEqual(answerOf(0));
  await host.start();
  expect(await isTrueWithin(async () => (await served()).refused === undefined, PATIENCE_MS)).toBe(true);
  expect(countOf('the source gives the served supergraph again')).toBe(1);
});

describe('where a signature is demanded', () => {
  const first = createSigningKey('first');
  const second = createSigningKey('second', 'ES256');
  const release = async (sdl: string, key = first) => {
    const signature = await signDetached(Buffer.from(sdl), key.privateKey);
    host.put('/supergraph.sig', signature);
    host.put('/supergraph', sdl);
  };

  test('only what is signed is taken over', async () => {
    await release(sdls[0]!);
    await start({ publicKeysFile: files.write('keys.json', keySetOf(first)) });
    expect(await gateway!.ask(QUERY)).toEqual(answerOf(0));
    host.put('/supergraph', sdls[1]);
    expect(await isRefused('bad_signature')).toBe(true);
    host.put('/supergraph.sig', undefined);
    await looksAgain();
    expect(await gateway!.ask(QUERY)).toEqual(answerOf(0));
    // What was refused for its signature is taken as soon as it is signed.
    await release(sdls[1]!);
    expect(await isServing(1)).toBe(true);
  });

  test('the signature may come as a header with the supergraph', async () => {
    const signature = await signDetached(Buffer.from(sdls[1]!), first.privateKey);
    host.put('/supergraph', (_request, response) =>
      response.writeHead(200, { 'supergraph-signature': signature }).end(sdls[1]),
    );
    await start({ publicKeysFile: files.write('keys.json', keySetOf(first)) });
    expect(await gateway!.ask(QUERY)).toEqual(answerOf(1));
  });

  test('keys change hands without a restart', async () => {
    await release(sdls[0]!);
    await start({ publicKeysFile: files.write('keys.json', keySetOf(first)) });
    await release(sdls[1]!, second);
    expect(await isRefused('bad_signature')).toBe(true);
    files.write('keys.json', keySetOf(first, second));
    expect(await isServing(1)).toBe(true);
    files.write('keys.json', keySetOf(second));
    await release(sdls[2]!, first);
    expect(await isRefused('bad_signature')).toBe(true);
    await release(sdls[2]!, second);
    expect(await isServing(2)).toBe(true);
  });

  test('a start with an unsigned one is refused', async () => {
    const starting = start({ publicKeysFile: files.write('keys.json', keySetOf(first)) });
    await expect(starting).rejects.toThrow(
      `The supergraph ${host.url}/supergraph is not signed, and must be.`,
    );
  });

  test('a file is signed like an address', async () => {
    const file = files.write('supergraph.graphql', sdls[0]!);
    const sign = async (sdl: string) =>
      files.write('supergraph.graphql.sig', await signDetached(Buffer.from(sdl), first.privateKey));
    const publicKeysFile = files.write('keys.json', keySetOf(first));
    const supergraph = { file, watch: true, publicKeysFile };
    const setup = { subgraphs: [], config: { supergraph } };
    await expect(startGateway(setup)).rejects.toThrow('is not signed, and must be');
    await sign(sdls[0]!);
    gateway = await startGateway(setup);
    files.write('supergraph.graphql', sdls[1]!);
    expect(await isRefused('bad_signature')).toBe(true);
    await sign(sdls[1]!);
    expect(await isServing(1)).toBe(true);
  });

  test('the kept copy is verified too', async () => {
    await release(sdls[0]!);
    const keepFile = join(files.write('x', ''), '..', 'kept.graphql');
    const publicKeysFile = files.write('keys.json', keySetOf(first));
    await start({ publicKeysFile, keepFile });
    await gateway!.stop();
    await host.stop();
    await start({ publicKeysFile, keepFile });
    expect(await gateway!.ask(QUERY)).toEqual(answerOf(0));
    await gateway!.stop();
    gateway = undefined;
    writeFileSync(keepFile, readFileSync(keepFile, 'utf8').replace('shop', 'shap'));
    await expect(start({ publicKeysFile, keepFile })).rejects.toThrow('none of the keys confirms');
    await host.start();
  });
});

describe('on a day when the address gives nothing', () => {
  test('a start is refused with a sentence', async () => {
    await host.stop();
    await expect(start()).rejects.toThrow(
      `The supergraph ${host.url}/supergraph cannot be fetched (ECONNREFUSED).`,
    );
    await host.start();
  });

  test('a start waits for as long as it may', async () => {
    host.put('/supergraph', undefined);
    const starting = start({ polling: { startWithinMs: 20_000 } });
    expect(await isTrueWithin(async () => host.asked.length > 0, PATIENCE_MS)).toBe(true);
    host.put('/supergraph', sdls[1]);
    await starting;
    expect(await gateway!.ask(QUERY)).toEqual(answerOf(1));
  });

  test('the last good copy is served, which is told, until the address gives one again', async () => {
    const keepFile = join(files.write('x', ''), '..', 'kept.graphql');
    const keeps = async (sdl: string) => readFileSync(keepFile, 'utf8').endsWith(sdl);
    await start({ keepFile });
    host.put('/supergraph', sdls[1]);
    expect(await isServing(1)).toBe(true);
    expect(await isTrueWithin(() => keeps(sdls[1]!), PATIENCE_MS)).toBe(true);
    // What is no good is not kept.
    host.put('/supergraph', 'type Query {');
    expect(await isRefused('unusable')).toBe(true);
    await gateway!.stop();
    await start({ keepFile });
    expect(await gateway!.ask(QUERY)).toEqual(answerOf(1));
    expect(await served()).toMatchObject({ isKeptCopy: true, refused: { reason: 'unusable' } });
    expect(await (await fetch(`${gateway!.url}/metrics`)).text()).toContain('from="kept copy"} 1');
    expect(countOf('the source gives no supergraph that can be used; the kept copy is served')).toBe(1);
    host.put('/supergraph', sdls[2]);
    expect(await isServing(2)).toBe(true);
    expect(await served()).toEqual({ hash: expect.any(String), servedSince: expect.any(String) });
    expect(await isTrueWithin(() => keeps(sdls[2]!), PATIENCE_MS)).toBe(true);
    expect(existsSync(`${keepFile}.${process.pid}.draft`)).toBe(false);
  });
});

test('neither the token nor the query of the address nor what a host says stands in the log', async () => {
  const tokenFile = files.write('token', 'canary-token');
  await start({ url: `${host.url}/supergraph?key=canary-key`, polling: { tokenFile } });
  expect(host.asked[0]?.headers.authorization).toBe('Bearer canary-token');
  for (const page of [undefined, '{ "token": "canary-body" }', 'canary', 'type Query { canaryField: Int }']) {
    host.put('/supergraph', page);
    await looksAgain();
  }
  host.put('/supergraph', (_request, response) =>
    response.writeHead(302, { location: 'http://canary-host/' }).end(),
  );
  expect(await isRefused('redirected')).toBe(true);
  expect(JSON.stringify(gateway!.logged())).not.toContain('canary');
});
