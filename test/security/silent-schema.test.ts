/**
 * What a gateway in production says of its schema to whoever guesses: nothing. It is asked as a process, because the
 * environment of the process decides.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { honest, serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { startProcess, type RealProcess } from '../kit/real-process.ts';
import { composed, postOf } from '../kit/start-gateway.ts';

const palette = honest(
  'palette',
  `type Query { mix(color: Color = SCARLET, recipe: Recipe): String }
   enum Color { SCARLET }
   input Recipe { pigment: String }`,
  { Query: { mix: () => 'mixed' } },
);

let served: ServedSubgraph;
let folder: string;
let production: RealProcess;
let development: RealProcess;

beforeAll(async () => {
  served = await serve(palette);
  folder = mkdtempSync(join(tmpdir(), 'tributary-silent-'));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, composed([served]));
  const config = join(folder, 'gateway.yaml');
  writeFileSync(config, 'batching: { enabled: true }');
  const flags = ['--config', config, '--supergraph', supergraph, '--port', '0'];
  const start = (environment: NodeJS.ProcessEnv) =>
    startProcess({ file: 'gateway/main.ts', flags, environment });
  [production, development] = await Promise.all([start({ NODE_ENV: 'production' }), start({})]);
});

afterAll(async () => {
  await Promise.all([production, development].map((gateway) => gateway?.stop()));
  await served.stop();
  rmSync(folder, { recursive: true });
});

interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

const textOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();

/** Each way on which the question can come: POST twice (the second may be a shorter way), GET, a list. */
async function answersTo({ url }: RealProcess, { query, variables }: Question): Promise<readonly string[]> {
  const post = postOf(query, variables === undefined ? {} : { variables });
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) });
  return [
    await textOf(`${url}/graphql`, post),
    await textOf(`${url}/graphql`, post),
    await textOf(`${url}/graphql?${search.toString()}`),
    await textOf(`${url}/graphql`, { ...post, body: JSON.stringify([{ query, variables }]) }),
  ];
}

/** What a client gets wrong by one letter, and the name that must not be told. */
const GUESSES: readonly (readonly [what: string, question: Question, name: string])[] = [
  ['a field', { query: '{ mixx }' }, 'mix'],
  ['an argument', { query: '{ mix(colour: SCARLET) }' }, 'color'],
  ['a type', { query: 'query ($r: Recipee) { mix(recipe: $r) }' }, 'Recipe'],
  ['a value of an enum', { query: '{ mix(color: SCARLETT) }' }, 'SCARLET'],
  ['a field of an input', { query: '{ mix(recipe: { pigmentt: "x" }) }' }, 'pigment'],
  [
    'a value of an enum in a variable',
    { query: 'query A($c: Color) { mix(color: $c) }', variables: { c: 'SCARLETT' } },
    'SCARLET',
  ],
  [
    'a field of an input in a variable',
    { query: 'query B($r: Recipe) { mix(recipe: $r) }', variables: { r: { pigmentt: 'x' } } },
    'pigment',
  ],
];

test.each(GUESSES)(
  '%s that is nearly right is not completed in production, and is in development',
  async (_what, question, name) => {
    // Once it has been asked rightly, the operation takes the short way.
    if (question.variables !== undefined) await answersTo(production, { ...question, variables: {} });
    const suggestion = new RegExp(`Did you mean [^?]*\\\\"${name}\\\\"`);
    for (const text of await answersTo(production, question)) {
      expect(text).toContain('"errors"');
      expect(text).not.toMatch(/did you mean/i);
      expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
    }
    for (const text of await answersTo(development, question)) expect(text).toMatch(suggestion);
  },
);

test.each([
  '{ __schema { types { name } } }',
  '{ __type(name: "Recipe") { inputFields { name } } }',
  '{ mix __schema { __typename } }',
])('the schema cannot be read in production, and can in development: %s', async (query) => {
  for (const text of await answersTo(production, { query })) {
    expect(JSON.parse(text.replace(/^\[|\]\s*$/g, ''))).toEqual({
      errors: [
        expect.objectContaining({
          extensions: expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }),
        }),
      ],
    });
  }
  for (const text of await answersTo(development, { query })) expect(text).not.toContain('"errors"');
});

test('__typename is answered everywhere, with the rest of what is asked', async () => {
  for (const gateway of [production, development]) {
    for (const text of await answersTo(gateway, { query: '{ __typename mix }' })) {
      expect(text).toContain('{"data":{"__typename":"Query","mix":"mixed"}}');
    }
  }
});
