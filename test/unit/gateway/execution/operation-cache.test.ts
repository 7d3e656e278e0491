/**
 * The cache of prepared operations: one preparation for all who wait, nothing kept of a failed one, bounded.
 */

import { OperationTypeNode, parse } from 'graphql';

import type { Coerce } from '../../../../gateway/execution/compile-coercion.ts';
import {
  createOperationCache,
  type OperationCache,
  type Preparation,
} from '../../../../gateway/execution/operation-cache.ts';
import type { CallContext } from '../../../../gateway/upstream/subgraph-client.ts';
import { createLogger } from '../../../../gateway/telemetry/create-logger.ts';

const call: CallContext = {
  requestId: 'test',
  principal: { subject: 'test', roles: [], scopes: [] },
  signal: new AbortController().signal,
  log: createLogger({ level: 'fatal' }, { write: () => undefined }),
};

const compiled = (name: string): Preparation['compiled'] => ({
  name,
  type: OperationTypeNode.QUERY,
  source: undefined,
  codeCharacters: 0,
  run: () => Promise.resolve({ data: null, failures: [] }),
  runToBytes: () => Promise.resolve({ data: null, failures: [] }),
});

interface Setup {
  readonly maxBytes?: number;
  readonly labels?: readonly string[];
  readonly conditions?: readonly string[];
  readonly prepare?: (text: string) => Promise<void>;
}

/** Each preparation weighs 100 bytes; `prepared` remembers what was prepared under which overrides. */
function cacheOf(setup: Setup) {
  const { maxBytes = 10_000, labels = [], conditions = [], prepare = () => Promise.resolve() } = setup;
  const prepared: string[] = [];
  let on: readonly string[] = [];
  const cache = createOperationCache({
    unmetBy: () => [],
    decide: (_call, asked) => asked.filter((label) => on.includes(label)),
    maxBytes,
    preparer: {
      traitsOf: () => {
        const coerce: Coerce = (variables) => ({ coerced: variables });
        return { labels, conditions, loose: [], demands: [], coerce };
      },
      async prepare({ text }, { overrides }) {
        prepared.push([text, ...overrides].join(' '));
        await prepare(text);
        return { compiled: compiled(text), bytes: 100 };
      },
    },
  });
  return { cache, prepared, turnOn: (...overrides: string[]) => (on = overrides) };
}

const ask = async (cache: OperationCache, text: string, variables = {}) => {
  const asked = { text, document: parse(text), operationName: undefined };
  const prepared = cache.prepare(asked, variables, call);
  if (prepared.errors !== undefined) throw new Error('the variables fit');
  return (await prepared.preparation).compiled?.name;
};

const found = (cache: OperationCache, texts: readonly string[]) =>
  texts.filter((text) => cache.find(text, undefined) !== undefined);

test('those who ask for the same operation at the same time share one preparation', async () => {
  const { cache, prepared } = cacheOf({});
  const texts = ['{a}', '{b}', '{a}', '{a}', '{b}'];
  expect(await Promise.all(texts.map(async (text) => ask(cache, text)))).toEqual(texts);
  expect(await ask(cache, '{a}')).toBe('{a}');
  expect(prepared).toEqual(['{a}', '{b}']);
});

test('each decision over labels has a preparation of its own, and each of those is shared', async () => {
  const { cache, prepared, turnOn } = cacheOf({ labels: ['new'] });
  const both = [ask(cache, '{a}'), ask(cache, '{a}')];
  turnOn('new');
  await Promise.all([...both, ask(cache, '{a}'), ask(cache, '{a}')]);
  expect(prepared).toEqual(['{a}', '{a} new']);
});

test('the values of conditions have a preparation each, other variables share one', async () => {
  const { cache, prepared } = cacheOf({ conditions: ['a', 'b'] });
  for (const [a, b, id] of [
    [true, false, 1],
    [true, false, 2],
    [false, true, 1],
  ])
    await ask(cache, '{a}', { a, b, id });
  expect(prepared).toEqual(['{a}', '{a}']);
});

test('a preparation that fails fails for all who wait, and the next one begins anew', async () => {
  let isBroken = true;
  const prepare = () => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve());
  const { cache, prepared } = cacheOf({ prepare });
  const both = await Promise.allSettled([ask(cache, '{a}'), ask(cache, '{a}')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(found(cache, ['{a}'])).toEqual([]);
  isBroken = false;
  expect(await ask(cache, '{a}')).toBe('{a}');
  expect(prepared).toEqual(['{a}', '{a}']);
});

test('what was used least recently goes when all together weighs too much', async () => {
  const { cache } = cacheOf({ maxBytes: 350 });
  for (const text of ['{a}', '{b}', '{c}']) await ask(cache, text);
  found(cache, ['{a}']);
  await ask(cache, '{d}');
  expect(found(cache, ['{a}', '{b}', '{c}', '{d}'])).toEqual(['{a}', '{c}', '{d}']);
});

test('every plan of an operation weighs, and one that has too many goes', async () => {
  const { cache } = cacheOf({ maxBytes: 450, conditions: ['a', 'b', 'c'] });
  const sizes: number[] = [];
  for (const [a, b, c] of [
    [true, false, false],
    [false, true, false],
    [true, true, false],
    [true, true, true],
    [false, false, true],
  ]) {
    await ask(cache, '{a}', { a, b, c });
    sizes.push(cache.size().bytes);
  }
  expect(sizes).toEqual([106, 206, 306, 406, 0]);
  expect(await ask(cache, '{a}', {})).toBe('{a}');
  expect(cache.size().bytes).toBe(106);
});
