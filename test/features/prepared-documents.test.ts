/**
 * Trusted documents are ready before anybody asks them: planned before the gateway says that it is ready, and again
 * before another supergraph answers. A changed manifest needs no restart, and a bad one changes nothing.
 */

import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';

import { StartRefused } from '../../gateway/base/start-refused.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { requestError } from '../kit/expected-error.ts';
import { startGuarded } from '../kit/ask-guarded.ts';
import { serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { clinic, zoo } from '../kit/guarded-zoo.ts';
import { manifestFile, type ManifestFile } from '../kit/manifest-file.ts';
import { prices, shopNumber } from '../kit/numbered-shops.ts';
import { composed, postOf, startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const BOTH = 'query Both { first second { price name } }';
const SOME = 'query Some($all: Boolean!) { first currency @include(if: $all) }';
const SPARE = 'query Spare { spare0 }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

let gateway: TestGateway;
let manifest: ManifestFile;
let others: ServedSubgraph[] = [];

afterEach(async () => {
  await gateway.stop();
  manifest.stop();
  await Promise.all(others.map((subgraph) => subgraph.stop()));
  others = [];
});

type Documents = NonNullable<NonNullable<GatewaySetup['config']>['documents']>;

async function start(listed: unknown, options: Partial<Documents> = {}): Promise<void> {
  manifest = manifestFile(listed);
  gateway = await startGateway({
    subgraphs: [shopNumber(0), prices],
    config: {
      log: { level: 'debug' },
      documents: { mode: 'only', manifests: [{ file: manifest.file }], ...options },
    },
  });
}

async function statusOf(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const { status, body } = await gateway.send(path, {});
  return { status, body };
}

const isReady = () => isTrueWithin(async () => (await statusOf('/ready')).status === 200, PATIENCE_MS);
const ask = async (body: object) => {
  const init = { ...postOf(''), body: JSON.stringify(body) };
  return (await gateway.send('/graphql', init)).body;
};
const logged = (message: string) => gateway.logged().filter(({ msg }) => msg === message);
const planned = () => logged('operation planned').length;

test('the gateway is ready when its documents are, and the first who asks waits for no plan', async () => {
  await start({ both: BOTH, some: SOME });
  expect(await statusOf('/live')).toMatchObject({ status: 200 });
  expect(await isReady()).toBe(true);
  const before = planned();
  expect(before).toBe(3);
  const answer = { data: { first: 'shop 0', second: { price: 7, name: 'shop 0' } } };
  expect(await ask({ documentId: 'both' })).toEqual(answer);
  expect(await ask({ documentId: 'both', operationName: 'Both' })).toEqual(answer);
  expect(await ask({ query: BOTH, operationName: 'Both' })).toEqual(answer);
  expect(await ask({ documentId: 'some', variables: { all: true } })).toEqual({
    data: { first: 'shop 0', currency: 'EUR' },
  });
  expect(await ask({ documentId: 'some', variables: { all: false } })).toEqual({ data: { first: 'shop 0' } });
  expect(planned()).toBe(before);
  expect(logged('trusted documents are prepared')).toEqual([
    expect.objectContaining({ level: 'info', listed: 2, prepared: 2 }),
  ]);
});

test('while they are prepared, /ready says so and what is asked is answered', async () => {
  await start(
    Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index}`, `${BOTH} #${index}`])),
  );
  const { status, body } = await statusOf('/ready');
  expect([status, body]).toEqual([
    503,
    expect.objectContaining({ status: 'preparing', documents: { mode: 'only', listed: 60, unusable: 0 } }),
  ]);
  expect(await ask({ documentId: 'd59' })).toHaveProperty('data');
  expect(await isReady()).toBe(true);
});

test('what differs by role is prepared for each role that there is, and for nobody signed in', async () => {
  const text = 'query Keeper { keeper(id: "k1") { name salary rank } }';
  manifest = manifestFile({ keeper: text });
  const guarded = await startGuarded([zoo, clinic], {
    log: { level: 'debug' },
    documents: { mode: 'only', manifests: [{ file: manifest.file }] },
  });
  gateway = { ...guarded.gateway, stop: guarded.stop };
  expect(await isReady()).toBe(true);
  const before = planned();
  // What differs is whether somebody is signed in, and whether they see ranks.
  expect(before).toBe(3);
  expect((await guarded.ask(text)).status).toBe(200);
  for (const scopes of [[], ['ranks']]) expect((await guarded.ask(text, scopes)).status).toBe(200);
  expect(planned()).toBe(before);
});

test('who has no time for it is ready at once and prepares what is asked', async () => {
  await start({ both: BOTH }, { prepareMs: 0 });
  expect(await isReady()).toBe(true);
  expect(planned()).toBe(0);
  expect(await ask({ documentId: 'both' })).toHaveProperty('data');
});

test('where the time is over before all are prepared, operators are told, and the rest is prepared when asked', async () => {
  const listed = Array.from({ length: 60 }, (_, index) => [`d${index}`, `${BOTH} #${index}`]);
  await start(Object.fromEntries(listed), { prepareMs: 1 });
  expect(await isReady()).toBe(true);
  expect(logged('not all trusted documents were prepared in time')).toEqual([
    expect.objectContaining({ level: 'warn', listed: 60 }),
  ]);
  expect(planned()).toBeLessThan(60);
  expect(await ask({ documentId: 'd59' })).toHaveProperty('data');
});

test('documents that cannot be run are told by id, all at once, and refused alone', async () => {
  await start({
    both: BOTH,
    'no GraphQL': 'query {',
    'no such field': 'query X { nothing } query Y { neither }',
    'too deep': `{ ${'a { '.repeat(40)}b${' }'.repeat(40)} }`,
    'a circle': '{ ...A } fragment A on Query { ...A }',
  });
  expect(await isReady()).toBe(true);
  expect(logged('trusted documents cannot be run')).toEqual([
    expect.objectContaining({
      level: 'error',
      unusable: 4,
      documents: [
        { id: 'no GraphQL', problems: ['1:8 Syntax Error: Expected Name, found <EOF>.'] },
        {
          id: 'no such field',
          problems: [
            '1:11 Cannot query field "nothing" on type "Query".',
            '1:31 Cannot query field "neither" on type "Query".',
          ],
        },
        { id: 'too deep', problems: ['LIMIT_EXCEEDED: maxDepth 41 30'] },
        { id: 'a circle', problems: ['GRAPHQL_VALIDATION_FAILED: The fragment A contains itself.'] },
      ],
    }),
  ]);
  expect((await statusOf('/ready')).body).toMatchObject({ documents: { listed: 5, unusable: 4 } });
  expect(await ask({ documentId: 'both' })).toHaveProperty('data');
  expect(await ask({ documentId: 'no GraphQL' })).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
  });
  expect(await ask({ documentId: 'no such field', operationName: 'X' })).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }, {}],
  });
  expect(await ask({ documentId: 'too deep' })).toMatchObject({
    errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  });
});

test('another supergraph is prepared before it answers, and says which documents do not fit it', async () => {
  await start({ both: BOTH, spare: SPARE });
  expect(await isReady()).toBe(true);
  expect(logged('trusted documents cannot be run')).toEqual([]);
  const served = await serve(shopNumber(1));
  others.push(served);
  await gateway.replace(composed([served, gateway.subgraphs.get('prices')!]));
  expect(logged('trusted documents cannot be run')).toEqual([
    expect.objectContaining({
      unusable: 1,
      documents: [
        {
          id: 'spare',
          problems: ['1:15 Cannot query field "spare0" on type "Query". Did you mean "spare1"?'],
        },
      ],
    }),
  ]);
  const before = planned();
  expect(await ask({ documentId: 'both' })).toEqual({
    data: { first: 'shop 1', second: { price: 7, name: 'shop 1' } },
  });
  expect(planned()).toBe(before);
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(page).toContain('tributary_trusted_documents{state="unusable"} 1');
});

test('a changed manifest is taken over without a restart, and prepared', async () => {
  await start({ both: BOTH });
  expect(await isReady()).toBe(true);
  const currency = 'query Currency { currency }';
  expect(await ask({ query: currency })).toEqual({ errors: [requestError('DOCUMENT_NOT_TRUSTED')] });
  await writeFile(`${manifest.file}.new`, JSON.stringify({ [hashOf(currency)]: currency }));
  await rename(`${manifest.file}.new`, manifest.file);
  const isTaken = () =>
    isTrueWithin(() => Promise.resolve(logged('trusted documents are prepared').length === 2), PATIENCE_MS);
  expect(await isTaken()).toBe(true);
  const before = planned();
  expect(await ask({ documentId: hashOf(currency) })).toEqual({ data: { currency: 'EUR' } });
  expect(planned()).toBe(before);
  expect(await ask({ documentId: 'both' })).toEqual({ errors: [requestError('DOCUMENT_NOT_TRUSTED')] });
  expect(logged('trusted documents taken over')).toEqual([
    expect.objectContaining({ level: 'info', listed: 1, added: 1, removed: 1 }),
  ]);
});

test('a manifest that cannot be used is refused with the reasons, and the old one stays', async () => {
  await start({ both: BOTH });
  expect(await isReady()).toBe(true);
  manifest.write({ both: 7, '': 'x' });
  const isRefused = () =>
    isTrueWithin(
      async () => JSON.stringify((await statusOf('/ready')).body).includes('"refused"'),
      PATIENCE_MS,
    );
  expect(await isRefused()).toBe(true);
  expect(logged('manifests refused; the old documents stay trusted')).toEqual([
    expect.objectContaining({
      level: 'error',
      reasons: [
        `The manifest ${manifest.file}: The document "both" is no text.`,
        `The manifest ${manifest.file}: Document 2 has no id.`,
      ],
    }),
  ]);
  expect(await ask({ documentId: 'both' })).toHaveProperty('data');
  // What was there before is no change, and nothing is refused any more.
  manifest.write({ both: BOTH });
  const isForgotten = () =>
    isTrueWithin(
      async () => !JSON.stringify((await statusOf('/ready')).body).includes('"refused"'),
      PATIENCE_MS,
    );
  expect(await isForgotten()).toBe(true);
});

test('a start with manifests that cannot be used names all that is wrong', async () => {
  await start({ both: BOTH });
  const bad = [
    manifestFile('{'),
    manifestFile({ format: 'apollo-persisted-query-manifest', version: 2, operations: [] }),
    manifestFile({ format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: 'a' }] }),
    manifestFile('{ "sha256:a": "{ x }", "a": "{ y }" }'),
  ];
  const files = [...bad.map(({ file }) => file), '/nowhere/manifest.json'];
  const refusal = startGateway({
    subgraphs: [shopNumber(0), prices],
    config: { documents: { mode: 'log', manifests: files.map((file) => ({ file })) } },
  });
  await expect(refusal).rejects.toEqual(
    new StartRefused([
      `The manifest ${files[0]}: It is not a JSON object.`,
      `The manifest ${files[1]}: Of apollo-persisted-query-manifest only version 1 is known.`,
      `The manifest ${files[2]}: The document "a" is no text.`,
      `The manifest ${files[3]}: The id "a" stands there twice.`,
      `The manifest /nowhere/manifest.json does not exist.`,
    ]),
  );
  for (const each of bad) each.stop();
});

test('an id that stands for one document in one manifest and for another in the next is refused', async () => {
  await start({ both: BOTH });
  const other = manifestFile({ both: SOME });
  const refusal = startGateway({
    subgraphs: [shopNumber(0), prices],
    config: { documents: { mode: 'only', manifests: [{ file: manifest.file }, { file: other.file }] } },
  });
  await expect(refusal).rejects.toEqual(
    new StartRefused(['documents.manifests: The id "both" stands for two different documents.']),
  );
  other.stop();
});
